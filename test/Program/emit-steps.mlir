// RUN: nascent-opt %s --nascent-emit-steps --verify-roundtrip | FileCheck %s

// A step is a call, with what its operands are made of; the rest does nothing.
// CHECK-LABEL: func.func @my_net_forward_step(
// CHECK-SAME:    %[[P:[a-z0-9]+]]: memref<128xi8>, %[[X:[a-z0-9]+]]: memref<2x4xf32>, %[[Y:[a-z0-9]+]]: memref<2x4xf32>, %[[S:[a-z0-9]+]]: memref<64xi8>, %[[STEP:[a-z0-9]+]]: i32, %[[PART:[a-z0-9]+]]: i32, %[[PARTS:[a-z0-9]+]]: i32) attributes {nn.network = "my.net"} {
// CHECK:         %[[ZERO:.*]] = arith.constant 0 : i32
// CHECK-NEXT:    %[[FROM:.*]] = arith.cmpi sge, %[[PART]], %[[ZERO]]
// CHECK-NEXT:    %[[TO:.*]] = arith.cmpi slt, %[[PART]], %[[PARTS]]
// CHECK-NEXT:    %[[IS:.*]] = arith.andi %[[FROM]], %[[TO]]
// CHECK-NEXT:    scf.if %[[IS]] {
// CHECK-NEXT:      %[[I:.*]] = arith.index_cast %[[PART]]
// CHECK-NEXT:      %[[N:.*]] = arith.index_cast %[[PARTS]]
// CHECK-NEXT:      %[[AT:.*]] = arith.index_cast %[[STEP]]
// CHECK-NEXT:      scf.index_switch %[[AT]]
// CHECK-NEXT:      case 0 {
// CHECK-NEXT:        %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT:        %[[H:.*]] = memref.view %[[S]][%[[C0]]][]
// CHECK-NEXT:        func.call @layer(%[[X]], %[[H]], %[[I]], %[[N]])
// CHECK-NEXT:        scf.yield
// CHECK-NEXT:      }
// CHECK-NEXT:      case 1 {
// CHECK-NEXT:        %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT:        %[[H:.*]] = memref.view %[[S]][%[[C0]]][]
// CHECK-NEXT:        func.call @layer(%[[H]], %[[Y]], %[[I]], %[[N]])
// CHECK-NEXT:        scf.yield
// CHECK-NEXT:      }
// CHECK-NEXT:      default {
// CHECK-NEXT:      }
// CHECK-NEXT:    }
// CHECK-NEXT:    return
func.func private @layer(memref<2x4xf32>, memref<2x4xf32>, index {nn.role = #nn.role<part>}, index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
func.func private @my.net.forward(%p: memref<128xi8> {nn.role = #nn.role<parameters>}, %x: memref<2x4xf32> {nn.role = #nn.role<input>}, %y: memref<2x4xf32> {nn.role = #nn.role<output>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "my.net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64, nn.steps = 2 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %h = memref.view %s[%c0][] : memref<64xi8> to memref<2x4xf32>
  call @layer(%x, %h, %c0, %c1) : (memref<2x4xf32>, memref<2x4xf32>, index, index) -> ()
  call @layer(%h, %y, %c0, %c1) : (memref<2x4xf32>, memref<2x4xf32>, index, index) -> ()
  return
}

// The label of a binding comes first.
// CHECK-LABEL: func.func @my_net_forward_b64_step(
func.func private @my.net.b64(%p: memref<128xi8> {nn.role = #nn.role<parameters>}, %s: memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "my.net", nn.entry = "b64", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64, nn.steps = 0 : i64} {
  return
}

// Kernels that are not split have no steps.
// CHECK-NOT: step
func.func private @plain.forward(%p: memref<128xi8>, %s: memref<64xi8>)
  attributes {nn.network = "plain", nn.scratch_bytes = 64 : i64} {
  return
}

// A value may be the part, and another operand as well.
// CHECK-LABEL: func.func @merged_forward_step(
// CHECK:         %[[ZERO:.*]] = arith.constant 0 : index
// CHECK:         call @merged.layer_0(%[[ZERO]], %{{.*}}, %{{.*}}, %[[PART:.*]], %[[PARTS:.*]])
// CHECK-NOT:     %[[ZERO]]
func.func private @merged.layer_0(%n: index, %x: memref<4xf32>, %y: memref<4xf32>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel}
func.func private @merged.forward(%p: memref<64xi8> {nn.role = #nn.role<parameters>}, %x: memref<4xf32> {nn.role = #nn.role<input>}, %y: memref<4xf32> {nn.role = #nn.role<output>}, %s: memref<0xi8> {nn.role = #nn.role<scratch>}) attributes {nn.network = "merged", nn.parameter_bytes = 64 : i64, nn.scratch_bytes = 0 : i64, nn.steps = 1 : i64, nn.multiply_adds = 4 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  call @merged.layer_0(%c0, %x, %y, %c0, %c1) : (index, memref<4xf32>, memref<4xf32>, index, index) -> ()
  return
}
