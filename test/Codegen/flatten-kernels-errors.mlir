// RUN: nascent-opt %s --nascent-flatten-kernels --verify-diagnostics

func.func private @net.layer_0(%x: memref<2x4xf32>, %y: memref<2x4xf32>) attributes {nn.kernel} {
  // expected-error @+1 {{'memref.copy' op is not how kernels access buffers}}
  memref.copy %x, %y : memref<2x4xf32> to memref<2x4xf32>
  return
}
