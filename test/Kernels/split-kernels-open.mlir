// RUN: nascent-opt %s --nascent-lower-to-kernels=block-rows=0 --duplicate-function-elimination --nascent-split-kernels --verify-diagnostics | FileCheck %s

// A binding of 16 rows is shared; the open one, which calls the same kernel for
// blocks of 16 rows, asks for the whole. Its other kernels are not split.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    nn.steps = 1 : i64
// CHECK:         call @net.layer_0({{.*}}, %c0, %c1)
// CHECK-LABEL: func.func private @net.layer_0(
// CHECK-SAME:    %{{.*}}: index {nn.role = #nn.role<part>}, %{{.*}}: index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
// CHECK-LABEL: func.func private @net.any.forward.rows_16(
// CHECK-NOT:     nn.steps
// CHECK:         call @net.layer_0({{.*}}, %c0, %c1)
// CHECK-LABEL: func.func private @net.any.forward.rows_4(
// CHECK-NOT:     nn.steps
// CHECK:         call @net.any.layer_0.rows_4({{[^,]*, [^,]*}}) :
// CHECK-LABEL: func.func private @net.any.layer_0.rows_4(
// CHECK-NOT:     index
// CHECK-SAME:    attributes {nn.kernel}
nn.sequential @net(%x: tensor<16x8xf32>) -> tensor<16x8xf32> attributes {nn.parameter_bytes = 0 : i64, entry = "sixteen"} {
  %0 = nn.relu %x : tensor<16x8xf32>
  nn.return %0 : tensor<16x8xf32>
}
// expected-remark @+1 {{as bound for 'any', the network stays on one thread, for its batch is open; let each thread call the forward function on rows of its own}}
nn.sequential @net.any(%x: tensor<?x8xf32>) -> tensor<?x8xf32> attributes {nn.parameter_bytes = 0 : i64, base = @net, entry = "any"} {
  %0 = nn.relu %x : tensor<?x8xf32>
  nn.return %0 : tensor<?x8xf32>
}
