// A gradient is computed where it is stored: at its parameter's offset, in a buffer
// between inputs and outputs.
//
// RUN: nascent-opt %s --nascent-form-kernels --nascent-walk-batch --nascent-assign-buffers --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nascent-form-kernels --nascent-walk-batch --nascent-assign-buffers --nascent-outline-kernels --nascent-plan-buffers | FileCheck %s --check-prefix=PLAN

#one = affine_map<(d0) -> (d0)>

// What is accumulated onto is read and written in one buffer. The loss is an
// output, and the parameter itself is only read.
// CHECK-LABEL: func.func private @net.gradients(
// CHECK-SAME:    %[[X:.*]]: memref<4xf32> {{.*}}, %[[Y:.*]]: memref<4xf32> {{.*}})
// CHECK-NEXT:    %[[G:.*]] = nn.load_gradient @net.w : memref<4xf32>
// CHECK-NEXT:    nn.launch @net.gradients.kernel_0 ins({{.*}}%[[G]]{{.*}}) outs(%[[G]] : memref<4xf32>) {
// CHECK:         %[[W:.*]] = nn.load_parameter @net.w : memref<4xf32>
// CHECK-NEXT:    nn.launch @net.gradients.kernel_1 {{.*}}%[[W]]{{.*}} outs(%[[Y]] : memref<4xf32>) {
// CHECK-NOT:     nn.launch @
// CHECK:         return
// PLAN-LABEL: func.func private @net.gradients(
// PLAN-SAME:    %[[P:[a-z0-9]+]]: memref<128xi8> {llvm.noalias, nn.role = #nn.role<parameters>}, %[[X:[a-z0-9]+]]: memref<4xf32> {llvm.noalias, nn.role = #nn.role<input>}, %[[G:[a-z0-9]+]]: memref<128xi8> {llvm.noalias, nn.role = #nn.role<gradients>}, %[[Y:[a-z0-9]+]]: memref<4xf32> {llvm.noalias, nn.role = #nn.role<output>}, %{{[a-z0-9]+}}: memref<0xi8> {llvm.noalias, nn.role = #nn.role<scratch>})
// PLAN-SAME:    nn.gradient_gaps = array<i64: 0, 64, 80, 48>
// PLAN-NEXT:    %[[C64:.*]] = arith.constant 64 : index
// PLAN-NEXT:    %[[DW:.*]] = memref.view %[[G]][%[[C64]]][] : memref<128xi8> to memref<4xf32>
// PLAN-NEXT:    call @net.gradients.kernel_0(%[[X]], %[[DW]])
// PLAN:         %[[W:.*]] = memref.view %[[P]][%{{.*}}][] : memref<128xi8> to memref<4xf32>
// PLAN-NEXT:    call @net.gradients.kernel_1({{.*}}%[[W]]{{.*}}%[[Y]])
nn.parameter @net.w : tensor<4xf32> init(#nn.zeros) offset(64)
func.func private @net.gradients(%x: tensor<4xf32>) -> tensor<4xf32> attributes {nn.network = "net", nn.parameter_bytes = 128 : i64} {
  %w = nn.load_parameter @net.w : tensor<4xf32>
  %old = nn.load_gradient @net.w : tensor<4xf32>
  %space = tensor.empty() : tensor<4xf32>
  %new = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%old, %x : tensor<4xf32>, tensor<4xf32>) outs(%space : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%w, %x : tensor<4xf32>, tensor<4xf32>) outs(%space : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.mulf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  nn.store_gradient %new, @net.w : tensor<4xf32>
  return %y : tensor<4xf32>
}

// What another kernel still reads of the old gradient has to stay: a copy.
// CHECK-LABEL: func.func private @read.gradients(
// CHECK:         nn.launch @read.gradients.store_gradient_read.w ins(%{{.*}} : memref<4xf32>) outs(%{{.*}} : memref<4xf32>) {
nn.parameter @read.w : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @read.gradients(%g: tensor<4xf32>) -> tensor<4xf32> attributes {nn.network = "read", nn.parameter_bytes = 64 : i64} {
  %old = nn.load_gradient @read.w : tensor<4xf32>
  %space = tensor.empty() : tensor<4xf32>
  %new = linalg.generic {indexing_maps = [#one, #one, #one], iterator_types = ["parallel"]} ins(%old, %g : tensor<4xf32>, tensor<4xf32>) outs(%space : tensor<4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %r = arith.addf %a, %b : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  %y = linalg.generic {indexing_maps = [#one, #one], iterator_types = ["parallel"]} ins(%old : tensor<4xf32>) outs(%space : tensor<4xf32>) {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4xf32>
  nn.store_gradient %new, @read.w : tensor<4xf32>
  return %y : tensor<4xf32>
}
