//===- HugePages.h - Memory that is quick to touch --------------*- C++ -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_SUPPORT_HUGEPAGES_H
#define NASCENT_SUPPORT_HUGEPAGES_H

namespace nascent {

/// Has the heap's next 64 MB come in huge pages, where the system has them. The
/// first touch of a page is a fault, which takes microseconds on a virtual
/// machine, and a compiler touches thousands of small pages.
void preferHugePages();

} // namespace nascent

#endif // NASCENT_SUPPORT_HUGEPAGES_H
