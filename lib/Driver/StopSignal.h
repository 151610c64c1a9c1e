//===- StopSignal.h - Ctrl-C, where it can be gone on from ------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_LIB_DRIVER_STOPSIGNAL_H
#define NASCENT_LIB_DRIVER_STOPSIGNAL_H

namespace nascent {

/// A signal that would end the process (SIGINT, which Ctrl-C sends, SIGTERM or
/// SIGHUP), and that is to end it later. There is one at a time.
class StopSignal {
public:
  /// Notes which signals are ignored, as by nohup: they stay so. Made before
  /// anybody else handles signals, as LLVM does once there are files to remove.
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal &) = delete;
  StopSignal &operator=(const StopSignal &) = delete;
  /// From here on a signal only asks; a second Ctrl-C ends the process.
  void listen();
  bool isAsked() const;
  /// Has the process end by the signal that asked, as it would have at first:
  /// so a shell's loop ends, too. Nothing where none has asked.
  void resend();
};

} // namespace nascent

#endif // NASCENT_LIB_DRIVER_STOPSIGNAL_H
