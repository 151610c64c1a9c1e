//===- StopSignal.h - Ctrl-C, where it can be gone on from ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_STOPSIGNAL_H
#define NASCENT_LIB_DRIVER_STOPSIGNAL_H

namespace nascent {

/// While it lives, a signal that would end the process (SIGINT, which Ctrl-C
/// sends, SIGTERM or SIGHUP) only asks it to stop; a second Ctrl-C ends it. A
/// signal that is ignored, as by nohup, stays ignored. There is one at a time.
class StopSignal {
public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal &) = delete;
  StopSignal &operator=(const StopSignal &) = delete;
  bool isAsked() const;
  /// Has the process end by the signal that asked, as it would have at first:
  /// so a shell's loop ends, too. Nothing where none has asked.
  void resend();
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_STOPSIGNAL_H
