//===- StopSignal.cpp - Ctrl-C, where it can be gone on from --------------===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "StopSignal.h"
#include <csignal>
#include <iterator>

namespace nascent {

// A handler of signals sees nothing but what is global.
static constexpr int kSignals[] = {SIGINT, SIGTERM, SIGHUP};
static struct sigaction before[std::size(kSignals)];
/// What a second Ctrl-C does: LLVM's handler removes files that are not whole.
static struct sigaction second;
/// The signal that came first; 0 for none.
static volatile std::sig_atomic_t asked;

static void ask(int number) {
  if (!asked)
    asked = number;
  // Others come twice of themselves: a terminal that is closed sends SIGHUP by
  // its shell and by the system.
  if (number == SIGINT)
    sigaction(SIGINT, &second, nullptr);
}

static void restore() {
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], &before[i], nullptr);
}

StopSignal::StopSignal() {
  asked = 0;
  for (size_t i = 0; i < std::size(kSignals); ++i)
    sigaction(kSignals[i], nullptr, &before[i]);
}

StopSignal::~StopSignal() { restore(); }

void StopSignal::listen() {
  sigaction(SIGINT, nullptr, &second);
  for (size_t i = 0; i < std::size(kSignals); ++i) {
    struct sigaction action = before[i];
    if (action.sa_handler != SIG_IGN) {
      action = {};
      action.sa_handler = ask;
      action.sa_flags = SA_RESTART;
    }
    sigaction(kSignals[i], &action, nullptr);
  }
}

bool StopSignal::isAsked() const { return asked != 0; }

void StopSignal::resend() {
  restore();
  if (asked)
    std::raise(asked);
}

} // namespace nascent
