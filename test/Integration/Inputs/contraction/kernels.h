/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

#define KERNELS                                                                \
  KERNEL4(image)                                                               \
  KERNEL4(deep)                                                                \
  KERNEL7(scaled)                                                              \
  KERNEL3(gradient)                                                            \
  KERNEL3(window_gradient)                                                     \
  KERNEL3(groups)                                                              \
  KERNEL3(column)
