// Every op and every clause: custom form, generic form and bytecode.
//
// RUN: nascent-opt %s --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --emit-bytecode | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --mlir-print-op-generic | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --mlir-print-op-generic | FileCheck %s --check-prefix=GENERIC

// CHECK-LABEL: nn.sequential @mlp(%arg0: tensor<?x?xf32>) -> tensor<?x10xf32> {
// CHECK-NEXT:    %[[H:.*]] = nn.dense %arg0, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
// CHECK-NEXT:    %[[R:.*]] = nn.relu %[[H]] : tensor<?x256xf32>
// CHECK-NEXT:    %[[Y:.*]] = nn.dense %[[R]], 10 : tensor<?x256xf32> -> tensor<?x10xf32>
// CHECK-NEXT:    nn.return %[[Y]] : tensor<?x10xf32>
// CHECK-NEXT:  }

// Names are written by the parser, whether or not they are printed.
// GENERIC-LABEL: "nn.sequential"
// GENERIC-SAME:    function_type = (tensor<?x?xf32>) -> tensor<?x10xf32>, sym_name = "mlp"
// GENERIC:         "nn.dense"(%{{.*}}) <{name = "0", units = 256 : i64}>
// GENERIC:         "nn.relu"(%{{.*}}) <{name = "1"}>
// GENERIC:         "nn.dense"(%{{.*}}) <{name = "2", units = 10 : i64}>
// GENERIC:         "nn.return"(%{{.*}}) : (tensor<?x10xf32>) -> ()
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
  %1 = nn.relu %0 : tensor<?x256xf32>
  %2 = nn.dense %1, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}

// CHECK-LABEL: nn.sequential private @signature(
// CHECK-SAME:    %x: tensor<4x?xf32> {nn.binding = "signature=4x?xf32"}, %y: tensor<f32>)
// CHECK-SAME:    -> (tensor<f32>, tensor<4x?xf32>) attributes {test.note} {
// CHECK-NEXT:    nn.return {test.note} %y, %x : tensor<f32>, tensor<4x?xf32>
nn.sequential private @signature(
    %x: tensor<4x?xf32> {nn.binding = "signature=4x?xf32"}, %y: tensor<f32>)
    -> (tensor<f32>, tensor<4x?xf32>) attributes {test.note} {
  nn.return {test.note} %y, %x : tensor<f32>, tensor<4x?xf32>
}

// CHECK-LABEL: nn.sequential @empty() {
// CHECK-NEXT:    nn.return
// CHECK-NEXT:  }
nn.sequential @empty() {
  nn.return
}

// CHECK:      nn.parameter @all.own.weight : tensor<8x20xf32> init(#nn.xavier_uniform)
// CHECK-NEXT: nn.parameter @all.own.bias : tensor<8xf32> init(#nn.zeros)
// CHECK-NEXT: nn.parameter @"all.block 0.weight" : tensor<8x?xf32> init(#nn.ones)
// CHECK-NEXT: nn.parameter "private" @packed : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(64) {test.note}
nn.parameter @all.own.weight : tensor<8x20xf32> init(#nn.xavier_uniform)
nn.parameter @all.own.bias : tensor<8xf32> init(#nn.zeros)
nn.parameter @"all.block 0.weight" : tensor<8x?xf32> init(#nn.ones)
nn.parameter "private" @packed : tensor<10x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(64) {test.note}

// The clauses of dense, in the order in which they print, and in others.
// CHECK-LABEL: nn.sequential @dense(
// CHECK-NEXT:    nn.dense %{{.*}}, 8 in(20) name("own") init(#nn.normal<0.0, 0.01>) bias_init(#nn.ones) tie("other") weight(@all.own.weight) bias(@all.own.bias) {test.note} : tensor<?x20xf32> -> tensor<?x8xf32>
// CHECK-NEXT:    nn.dense %{{.*}}, 8 in(20) name("own too") init(#nn.normal<0.0, 0.01>) bias_init(#nn.ones) tie("other") weight(@all.own.weight) bias(@all.own.bias) {test.note} : tensor<?x20xf32> -> tensor<?x8xf32>
// CHECK-NEXT:    nn.dense %{{.*}}, 8 name("other") no_bias weight(@"all.block 0.weight") : tensor<?x20xf32> -> tensor<?x8xf32>
// CHECK-NEXT:    nn.dense %{{.*}}, 8 name("a \22quoted\22 name") no_bias : tensor<2x3x20xf32> -> tensor<2x3x8xf32>
nn.sequential @dense(%x: tensor<?x20xf32>, %z: tensor<2x3x20xf32>) {
  %0 = nn.dense %x, 8 in(20) name("own") init(#nn.normal<0.0, 0.01>) bias_init(#nn.ones) tie("other") weight(@all.own.weight) bias(@all.own.bias) {test.note} : tensor<?x20xf32> -> tensor<?x8xf32>
  %1 = nn.dense %x, 8 bias(@all.own.bias) weight(@all.own.weight) tie("other") bias_init(#nn.ones) init(#nn.normal<0.0, 0.01>) name("own too") in(20) {test.note} : tensor<?x20xf32> -> tensor<?x8xf32>
  %2 = nn.dense %x, 8 no_bias weight(@"all.block 0.weight") name("other") : tensor<?x20xf32> -> tensor<?x8xf32>
  %3 = nn.dense %z, 8 name("a \"quoted\" name") no_bias : tensor<2x3x20xf32> -> tensor<2x3x8xf32>
  nn.return
}

// A name that equals the position is left out, and so is a default.
// CHECK-LABEL: nn.sequential @activations(
// CHECK-NEXT:    %[[A0:.*]] = nn.relu %arg0 : tensor<?x4xf32>
// CHECK-NEXT:    %[[A1:.*]] = nn.relu %[[A0]] name("act") : tensor<?x4xf32>
// CHECK-NEXT:    %[[A2:.*]] = nn.leaky_relu %[[A1]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A3:.*]] = nn.leaky_relu %[[A2]] slope(0.2) name("leaky") : tensor<?x4xf32>
// CHECK-NEXT:    %[[A4:.*]] = nn.elu %[[A3]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A5:.*]] = nn.elu %[[A4]] alpha(0.30000000000000004) name("elu") : tensor<?x4xf32>
// CHECK-NEXT:    %[[A6:.*]] = nn.sigmoid %[[A5]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A7:.*]] = nn.tanh %[[A6]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A8:.*]] = nn.gelu %[[A7]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A9:.*]] = nn.gelu %[[A8]] tanh name("gelu") : tensor<?x4xf32>
// CHECK-NEXT:    %[[A10:.*]] = nn.silu %[[A9]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A11:.*]] = nn.softmax %[[A10]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A12:.*]] = nn.log_softmax %[[A11]] {test.note} : tensor<?x4xf32>
// CHECK-NEXT:    %[[A13:.*]] = nn.identity %[[A12]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A14:.*]] = nn.dropout %[[A13]] : tensor<?x4xf32>
// CHECK-NEXT:    %[[A15:.*]] = nn.dropout %[[A14]] p(0.25) name("drop") : tensor<?x4xf32>
// CHECK-NEXT:    nn.return %[[A15]] : tensor<?x4xf32>

// GENERIC-LABEL: sym_name = "activations"
// GENERIC:         "nn.leaky_relu"(%{{.*}}) <{name = "2", slope = 1.000000e-02 : f64}>
// GENERIC:         "nn.elu"(%{{.*}}) <{alpha = 1.000000e+00 : f64, name = "4"}>
// GENERIC:         "nn.gelu"(%{{.*}}) <{name = "8"}>
// GENERIC:         "nn.gelu"(%{{.*}}) <{name = "gelu", tanh}>
// GENERIC:         "nn.dropout"(%{{.*}}) <{name = "14", p = 5.000000e-01 : f64}>
nn.sequential @activations(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.relu %x : tensor<?x4xf32>
  %1 = nn.relu %0 name("act") : tensor<?x4xf32>
  %2 = nn.leaky_relu %1 slope(0.01) : tensor<?x4xf32>
  %3 = nn.leaky_relu %2 name("leaky") slope(0.2) : tensor<?x4xf32>
  %4 = nn.elu %3 name("4") alpha(1.0) : tensor<?x4xf32>
  %5 = nn.elu %4 alpha(0.30000000000000004) name("elu") : tensor<?x4xf32>
  %6 = nn.sigmoid %5 : tensor<?x4xf32>
  %7 = nn.tanh %6 : tensor<?x4xf32>
  %8 = nn.gelu %7 : tensor<?x4xf32>
  %9 = nn.gelu %8 name("gelu") tanh : tensor<?x4xf32>
  %10 = nn.silu %9 : tensor<?x4xf32>
  %11 = nn.softmax %10 : tensor<?x4xf32>
  %12 = nn.log_softmax %11 {test.note} : tensor<?x4xf32>
  %13 = nn.identity %12 : tensor<?x4xf32>
  %14 = nn.dropout %13 p(0.5) : tensor<?x4xf32>
  %15 = nn.dropout %14 name("drop") p(0.25) : tensor<?x4xf32>
  nn.return %15 : tensor<?x4xf32>
}

// CHECK-LABEL: nn.sequential @more_activations(
// CHECK-NEXT:    nn.selu %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.celu %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.celu %arg0 alpha(0.5) name("celu") : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.hardtanh %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.hardtanh %arg0 min(0.0) max(6.0) name("relu6") : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.log_sigmoid %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.hardsigmoid %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.softplus %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.softplus %arg0 beta(2.0) threshold(10.0) : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.softsign %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.hardswish %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.mish %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.prelu %arg0 : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.prelu %arg0 per_channel name("p") init(#nn.zeros) tie("q") weight(@slopes) : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.softmax %arg0 axis(1) : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.log_softmax %arg0 axis(-2) name("l") : tensor<?x4x8xf32>
nn.parameter @slopes : tensor<4xf32> init(#nn.zeros)
nn.sequential @more_activations(%x: tensor<?x4x8xf32>) {
  %0 = nn.selu %x : tensor<?x4x8xf32>
  %1 = nn.celu %x alpha(1.0) : tensor<?x4x8xf32>
  %2 = nn.celu %x name("celu") alpha(0.5) : tensor<?x4x8xf32>
  %3 = nn.hardtanh %x max(1.0) : tensor<?x4x8xf32>
  %4 = nn.hardtanh %x name("relu6") max(6.0) min(0.0) : tensor<?x4x8xf32>
  %5 = nn.log_sigmoid %x : tensor<?x4x8xf32>
  %6 = nn.hardsigmoid %x : tensor<?x4x8xf32>
  %7 = nn.softplus %x threshold(20.0) : tensor<?x4x8xf32>
  %8 = nn.softplus %x threshold(10.0) beta(2.0) : tensor<?x4x8xf32>
  %9 = nn.softsign %x : tensor<?x4x8xf32>
  %10 = nn.hardswish %x : tensor<?x4x8xf32>
  %11 = nn.mish %x : tensor<?x4x8xf32>
  %12 = nn.prelu %x : tensor<?x4x8xf32>
  %13 = nn.prelu %x weight(@slopes) tie("q") init(#nn.zeros) name("p") per_channel : tensor<?x4x8xf32>
  %14 = nn.softmax %x axis(1) : tensor<?x4x8xf32>
  %15 = nn.log_softmax %x name("l") axis(-2) : tensor<?x4x8xf32>
  nn.return
}

// CHECK-LABEL: nn.sequential @shaping(
// CHECK-NEXT:    nn.reshape %arg0 shape(-1, 49, 16) : tensor<?x16x7x7xf32> -> tensor<?x49x16xf32>
// CHECK-NEXT:    nn.reshape %arg0 shape(-1, 2, -1) name("halves") : tensor<?x16x7x7xf32> -> tensor<?x2x392xf32>
// CHECK-NEXT:    nn.permute %arg0 dims(0, 2, 3, 1) : tensor<?x16x7x7xf32> -> tensor<?x7x7x16xf32>
// CHECK-NEXT:    nn.pad %arg0 padding(1) : tensor<?x16x7x7xf32> -> tensor<?x16x9x9xf32>
// CHECK-NEXT:    nn.pad %arg0 padding(1, 2) mode(reflect) : tensor<?x16x7x7xf32> -> tensor<?x16x9x11xf32>
// CHECK-NEXT:    nn.pad %arg0 padding(0, 0, 1, 1) value(-1.5) name("pad") : tensor<?x16x7x7xf32> -> tensor<?x16x8x8xf32>
// CHECK-NEXT:    nn.upsample %arg0 scale(2) : tensor<?x16x7x7xf32> -> tensor<?x16x14x14xf32>
// CHECK-NEXT:    nn.upsample %arg0 scale(1, 3) mode(bilinear) name("up") : tensor<?x16x7x7xf32> -> tensor<?x16x7x21xf32>

// GENERIC-LABEL: sym_name = "shaping"
// GENERIC:         "nn.pad"(%{{.*}}) <{mode = "constant", name = "3", padding = array<i64: 1>, value = 0.000000e+00 : f64}>
// GENERIC:         "nn.upsample"(%{{.*}}) <{mode = "bilinear", name = "up", scale = array<i64: 1, 3>}>
nn.sequential @shaping(%x: tensor<?x16x7x7xf32>) {
  %0 = nn.reshape %x shape(-1, 49, 16) : tensor<?x16x7x7xf32> -> tensor<?x49x16xf32>
  %1 = nn.reshape %x name("halves") shape(-1, 2, -1) : tensor<?x16x7x7xf32> -> tensor<?x2x392xf32>
  %2 = nn.permute %x dims(0, 2, 3, 1) : tensor<?x16x7x7xf32> -> tensor<?x7x7x16xf32>
  %3 = nn.pad %x mode(constant) padding(1) value(0.0) : tensor<?x16x7x7xf32> -> tensor<?x16x9x9xf32>
  %4 = nn.pad %x mode(reflect) padding(1, 2) : tensor<?x16x7x7xf32> -> tensor<?x16x9x11xf32>
  %5 = nn.pad %x name("pad") padding(0, 0, 1, 1) value(-1.5) : tensor<?x16x7x7xf32> -> tensor<?x16x8x8xf32>
  %6 = nn.upsample %x mode(nearest) scale(2) : tensor<?x16x7x7xf32> -> tensor<?x16x14x14xf32>
  %7 = nn.upsample %x name("up") mode(bilinear) scale(1, 3) : tensor<?x16x7x7xf32> -> tensor<?x16x7x21xf32>
  nn.return
}

// CHECK-LABEL: nn.sequential @arithmetic(
// CHECK-NEXT:    %[[A:.*]] = nn.affine %arg0 scale(-2.0) offset(0.5) : tensor<?x4x8xf32>
// CHECK-NEXT:    nn.affine %[[A]] name("same") : tensor<?x4x8xf32>
// CHECK-NEXT:    %[[S:.*]] = nn.matmul %[[A]], %arg0 transposed : tensor<?x4x8xf32>, tensor<?x4x8xf32> -> tensor<?x4x4xf32>
// CHECK-NEXT:    nn.matmul %[[S]], %arg0 name("values") : tensor<?x4x4xf32>, tensor<?x4x8xf32> -> tensor<?x4x8xf32>
nn.sequential @arithmetic(%x: tensor<?x4x8xf32>) {
  %0 = nn.affine %x offset(0.5) scale(-2.0) : tensor<?x4x8xf32>
  %1 = nn.affine %0 name("same") offset(0.0) : tensor<?x4x8xf32>
  %2 = nn.matmul %0, %x transposed : tensor<?x4x8xf32>, tensor<?x4x8xf32> -> tensor<?x4x4xf32>
  %3 = nn.matmul %2, %x name("values") : tensor<?x4x4xf32>, tensor<?x4x8xf32> -> tensor<?x4x8xf32>
  nn.return
}

// CHECK-LABEL: nn.sequential @flatten(
// CHECK-NEXT:    nn.flatten %{{.*}} : tensor<?x28x28xf32> -> tensor<?x784xf32>
// CHECK-NEXT:    nn.flatten %{{.*}} start(2) name("inner") : tensor<?x28x28xf32> -> tensor<?x28x28xf32>
// CHECK-NEXT:    nn.flatten %{{.*}} start(0) : tensor<?x28x28xf32> -> tensor<?xf32>
// CHECK-NEXT:    nn.flatten %{{.*}} : tensor<?x28x28xf32> -> tensor<?x?xf32>
nn.sequential @flatten(%x: tensor<?x28x28xf32>) {
  %0 = nn.flatten %x start(1) : tensor<?x28x28xf32> -> tensor<?x784xf32>
  %1 = nn.flatten %x name("inner") start(2) : tensor<?x28x28xf32> -> tensor<?x28x28xf32>
  %2 = nn.flatten %x start(0) : tensor<?x28x28xf32> -> tensor<?xf32>
  %3 = nn.flatten %x : tensor<?x28x28xf32> -> tensor<?x?xf32>
  nn.return
}

// Between binding and inference the two ends of a layer know different things.
// CHECK-LABEL: nn.sequential @half_inferred(
// CHECK-NEXT:    %[[R:.*]] = nn.relu %arg0 : tensor<?x4xf32> -> tensor<2x?xf32>
// CHECK-NEXT:    nn.return %[[R]] : tensor<2x?xf32>
nn.sequential @half_inferred(%x: tensor<?x4xf32>) -> tensor<?x?xf32> {
  %0 = nn.relu %x : tensor<?x4xf32> -> tensor<2x?xf32>
  nn.return %0 : tensor<2x?xf32>
}

// CHECK-LABEL: func.func @lowered()
// CHECK-NEXT:    nn.load_parameter @all.own.bias : memref<8xf32>
// CHECK-NEXT:    nn.load_parameter @packed {test.note} : memref<2x20x8xf32>
func.func @lowered() {
  %0 = nn.load_parameter @all.own.bias : memref<8xf32>
  %1 = nn.load_parameter @packed {test.note} : memref<2x20x8xf32>
  return
}

// Blocks: a name that equals the position is left out; several inputs and
// outputs; clauses in any order.
// CHECK-LABEL: nn.sequential private @block_part(
nn.sequential private @block_part(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %0 = nn.relu %x : tensor<?x4xf32>
  nn.return %0, %y : tensor<?x4xf32>, tensor<?x4xf32>
}
// CHECK-LABEL: nn.sequential @blocks(
// CHECK:         %[[A:.*]]:2 = nn.block @block_part(%{{.*}}, %{{.*}}) : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x4xf32>
// CHECK:         nn.block @block_part(%[[A]]#0, %[[A]]#1) name("second") tie("0") {key = 1 : i64} : tensor<?x4xf32>
nn.sequential @blocks(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {entry = "b1"} {
  %0, %1 = nn.block @block_part(%x, %x) name("0") : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x4xf32>
  %2, %3 = nn.block @block_part(%0, %1) tie("0") name("second") {key = 1} : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>, tensor<?x4xf32>
  nn.return %2 : tensor<?x4xf32>
}
