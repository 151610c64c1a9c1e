//===- StopSignal.h - Ctrl-C, where it can be gone on from ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_STOPSIGNAL_H
#define NASCENT_LIB_DRIVER_STOPSIGNAL_H

namespace nascent {

/// While it lives, the first signal that would end the process (SIGINT, which
/// Ctrl-C sends, SIGTERM or SIGHUP) only asks it to stop. The second one ends
/// it. A signal that is ignored, as by nohup, stays ignored. There is one at a
/// time.
class StopSignal {
public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal &) = delete;
  StopSignal &operator=(const StopSignal &) = delete;
  bool isAsked() const;
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_STOPSIGNAL_H
