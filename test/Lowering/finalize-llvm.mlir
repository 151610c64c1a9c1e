// RUN: nascent-opt %s --nascent-finalize-llvm | FileCheck %s

// What the module knows stays for the header and the code generator; functions
// forget what they were, and only public ones are exported.
// CHECK: module attributes {nn.target = #nn.target<
// CHECK-NOT: nn.
module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = false>} {
  // CHECK: llvm.func internal @net.layer_0
  llvm.func @net.layer_0(%x: !llvm.ptr) attributes {nn.kernel, sym_visibility = "private"} {
    llvm.return
  }
  // CHECK: llvm.func @net_forward
  llvm.func @net_forward(%x: !llvm.ptr) attributes {nn.network = "net"} {
    llvm.return
  }
  // CHECK: llvm.func @declared(!llvm.ptr)
  llvm.func @declared(!llvm.ptr) attributes {sym_visibility = "private"}
}
