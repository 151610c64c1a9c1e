// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-DAG: #[[$ALL:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-DAG: #[[$LAST:.*]] = affine_map<(d0, d1, d2) -> (d2)>
// CHECK-DAG: #[[$ONE:.*]] = affine_map<(d0, d1, d2) -> (0)>

// An elementwise layer has its input's rank. NaN stays NaN: it is neither less
// than zero nor greater.
// CHECK-LABEL: func.func private @relu.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3x4xf32>) -> tensor<2x3x4xf32>
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "parallel"]} ins(%[[X]] : tensor<2x3x4xf32>) outs(%{{.*}} : tensor<2x3x4xf32>) attrs =  {nn.layer = "0"}
// CHECK-NEXT:    ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[ZERO:.*]] = arith.constant 0.0
// CHECK-NEXT:      %[[LESS:.*]] = arith.cmpf olt, %[[E]], %[[ZERO]] : f32
// CHECK-NEXT:      %[[R:.*]] = arith.select %[[LESS]], %[[ZERO]], %[[E]] : f32
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @relu(%x: tensor<2x3x4xf32>) -> tensor<2x3x4xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x3x4xf32>
  nn.return %0 : tensor<2x3x4xf32>
}

// CHECK-LABEL: func.func private @leaky_relu.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[ZERO:.*]] = arith.constant 0.0
// CHECK-DAG:       %[[SLOPE:.*]] = arith.constant 2.500000e-01
// CHECK-DAG:       %[[MORE:.*]] = arith.cmpf ogt, %[[E]], %[[ZERO]] : f32
// CHECK-DAG:       %[[SCALED:.*]] = arith.mulf %[[E]], %[[SLOPE]] : f32
// CHECK:           %[[R:.*]] = arith.select %[[MORE]], %[[E]], %[[SCALED]] : f32
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @leaky_relu(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.leaky_relu %x slope(0.25) : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// expm1 keeps the digits that e^x - 1 loses near zero.
// CHECK-LABEL: func.func private @elu.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[ZERO:.*]] = arith.constant 0.0
// CHECK-DAG:       %[[ALPHA:.*]] = arith.constant 5.000000e-01
// CHECK-DAG:       %[[MORE:.*]] = arith.cmpf ogt, %[[E]], %[[ZERO]] : f32
// CHECK-DAG:       %[[EXP:.*]] = math.expm1 %[[E]]
// CHECK-DAG:       %[[NEG:.*]] = arith.mulf %[[ALPHA]], %[[EXP]]
// CHECK:           %[[R:.*]] = arith.select %[[MORE]], %[[E]], %[[NEG]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @elu(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.elu %x alpha(0.5) : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func private @sigmoid.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[ONE:.*]] = arith.constant 1.0
// CHECK:           %[[NEG:.*]] = arith.negf %[[E]]
// CHECK:           %[[EXP:.*]] = math.exp %[[NEG]]
// CHECK:           %[[SUM:.*]] = arith.addf %[[ONE]], %[[EXP]]
// CHECK:           %[[R:.*]] = arith.divf %[[ONE]], %[[SUM]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @sigmoid(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.sigmoid %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func private @tanh.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[R:.*]] = math.tanh %[[E]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @tanh(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.tanh %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// x/2 · (1 + erf(x/√2))
// CHECK-LABEL: func.func private @gelu.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[ROOT:.*]] = arith.constant 0.707106769
// CHECK-DAG:       %[[SCALED:.*]] = arith.mulf %[[E]], %[[ROOT]]
// CHECK-DAG:       %[[ERF:.*]] = math.erf %[[SCALED]]
// CHECK-DAG:       %[[HALF:.*]] = arith.constant 5.000000e-01
// CHECK-DAG:       %[[LEFT:.*]] = arith.mulf %[[E]], %[[HALF]]
// CHECK-DAG:       %[[ONE:.*]] = arith.constant 1.0
// CHECK-DAG:       %[[RIGHT:.*]] = arith.addf %[[ONE]], %[[ERF]]
// CHECK:           %[[R:.*]] = arith.mulf %[[LEFT]], %[[RIGHT]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @gelu(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.gelu %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³)))
// CHECK-LABEL: func.func private @gelu_tanh.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[C3:.*]] = arith.constant 4.471500e-02
// CHECK-DAG:       %[[C1:.*]] = arith.constant 0.797884583
// CHECK-DAG:       %[[SQUARE:.*]] = arith.mulf %[[E]], %[[E]]
// CHECK-DAG:       %[[SCALED:.*]] = arith.mulf %[[C3]], %[[SQUARE]]
// CHECK-DAG:       %[[CUBIC:.*]] = arith.mulf %[[SCALED]], %[[E]]
// CHECK-DAG:       %[[SUM:.*]] = arith.addf %[[E]], %[[CUBIC]]
// CHECK-DAG:       %[[INNER:.*]] = arith.mulf %[[C1]], %[[SUM]]
// CHECK-DAG:       %[[TANH:.*]] = math.tanh %[[INNER]]
// CHECK-DAG:       %[[RIGHT:.*]] = arith.addf %{{.*}}, %[[TANH]]
// CHECK:           %[[R:.*]] = arith.mulf %{{.*}}, %[[RIGHT]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @gelu_tanh(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.gelu %x tanh : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func private @silu.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[EXP:.*]] = math.exp
// CHECK:           %[[SIGMOID:.*]] = arith.divf
// CHECK:           %[[R:.*]] = arith.mulf %[[E]], %[[SIGMOID]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @silu(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.silu %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// expm1 is scaled once.
// CHECK-LABEL: func.func private @selu.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[SCALE:.*]] = arith.constant 1.05070102
// CHECK-DAG:       %[[PRODUCT:.*]] = arith.constant 1.75809932
// CHECK-DAG:       %[[EXP:.*]] = math.expm1 %[[E]]
// CHECK-DAG:       %[[POSITIVE:.*]] = arith.mulf %[[E]], %[[SCALE]]
// CHECK-DAG:       %[[NEGATIVE:.*]] = arith.mulf %[[PRODUCT]], %[[EXP]]
// CHECK:           %[[R:.*]] = arith.select %{{.*}}, %[[POSITIVE]], %[[NEGATIVE]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @selu(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.selu %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func private @celu.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[INVERSE:.*]] = arith.constant 2.000000e+00
// CHECK-DAG:       %[[ALPHA:.*]] = arith.constant 5.000000e-01
// CHECK-DAG:       %[[SCALED:.*]] = arith.mulf %[[E]], %[[INVERSE]]
// CHECK-DAG:       %[[EXP:.*]] = math.expm1 %[[SCALED]]
// CHECK-DAG:       %[[NEG:.*]] = arith.mulf %[[ALPHA]], %[[EXP]]
// CHECK:           %[[R:.*]] = arith.select %{{.*}}, %[[E]], %[[NEG]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @celu(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.celu %x alpha(0.5) : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func private @hardtanh.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[MIN:.*]] = arith.constant -1.0
// CHECK-DAG:       %[[MAX:.*]] = arith.constant 5.000000e-01
// CHECK-DAG:       %[[LOW:.*]] = arith.cmpf olt, %[[E]], %[[MIN]] : f32
// CHECK:           %[[LOWER:.*]] = arith.select %[[LOW]], %[[MIN]], %[[E]] : f32
// CHECK-NEXT:      %[[HIGH:.*]] = arith.cmpf ogt, %[[LOWER]], %[[MAX]] : f32
// CHECK-NEXT:      %[[R:.*]] = arith.select %[[HIGH]], %[[MAX]], %[[LOWER]] : f32
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @hardtanh(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.hardtanh %x max(0.5) : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// min(x, 0) − log(1 + e^−|x|): no exponent is positive.
// CHECK-LABEL: func.func private @log_sigmoid.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[IS_LOW:.*]] = arith.cmpf ole, %[[E]], %{{.*}}
// CHECK-DAG:       %[[NEGATIVE:.*]] = arith.select %[[IS_LOW]], %[[E]], %{{.*}}
// CHECK-DAG:       %[[ABS:.*]] = math.absf %[[E]]
// CHECK-DAG:       %[[MINUS:.*]] = arith.negf %[[ABS]]
// CHECK-DAG:       %[[EXP:.*]] = math.exp %[[MINUS]]
// CHECK-DAG:       %[[LOG:.*]] = math.log1p %[[EXP]]
// CHECK:           %[[R:.*]] = arith.subf %[[NEGATIVE]], %[[LOG]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @log_sigmoid(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.log_sigmoid %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// The sum is as large as the default threshold makes it.
// CHECK-LABEL: func.func private @softplus.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[POSITIVE:.*]] = arith.select %{{.*}}, %[[E]], %{{.*}}
// CHECK-DAG:       %[[LOG:.*]] = math.log1p
// CHECK:           %[[R:.*]] = arith.addf %[[POSITIVE]], %[[LOG]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @softplus(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softplus %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func private @sharp_softplus.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[SCALED:.*]] = arith.mulf %[[E]], %{{.*}}
// CHECK:           %[[SUM:.*]] = arith.addf
// CHECK:           %[[LESS:.*]] = arith.mulf %[[SUM]], %{{.*}}
// CHECK:           %[[BEYOND:.*]] = arith.cmpf ogt, %[[SCALED]], %{{.*}}
// CHECK:           %[[R:.*]] = arith.select %[[BEYOND]], %[[E]], %[[LESS]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @sharp_softplus(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softplus %x beta(2.0) threshold(4.0) : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func private @softsign.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[ABS:.*]] = math.absf %[[E]]
// CHECK-DAG:       %[[SUM:.*]] = arith.addf %{{.*}}, %[[ABS]]
// CHECK:           %[[R:.*]] = arith.divf %[[E]], %[[SUM]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @softsign(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softsign %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// CHECK-LABEL: func.func private @hardswish.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[SUM:.*]] = arith.addf %[[E]], %{{.*}}
// CHECK-DAG:       %[[LOW:.*]] = arith.cmpf olt, %[[SUM]], %{{.*}}
// CHECK:           arith.cmpf ogt
// CHECK:           %[[GATE:.*]] = arith.mulf
// CHECK:           %[[R:.*]] = arith.mulf %[[E]], %[[GATE]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @hardswish(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.hardswish %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// One exponential, one quotient.
// CHECK-LABEL: func.func private @mish.forward(
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[MOST:.*]] = arith.constant 2.000000e+01
// CHECK-DAG:       %[[TWO:.*]] = arith.constant 2.000000e+00
// CHECK:           %[[BOUNDED:.*]] = arith.select %{{.*}}, %[[MOST]], %[[E]]
// CHECK-NEXT:      %[[EXP:.*]] = math.exp %[[BOUNDED]]
// CHECK-NEXT:      %[[SUM:.*]] = arith.addf %[[EXP]], %[[TWO]]
// CHECK-NEXT:      %[[N:.*]] = arith.mulf %[[EXP]], %[[SUM]]
// CHECK-NEXT:      %[[D:.*]] = arith.addf %[[N]], %[[TWO]]
// CHECK-NEXT:      %[[TANH:.*]] = arith.divf %[[N]], %[[D]]
// CHECK-NEXT:      %[[R:.*]] = arith.mulf %[[E]], %[[TANH]]
// CHECK-NEXT:      linalg.yield %[[R]]
nn.sequential @mish(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.mish %x : tensor<8xf32>
  nn.return %0 : tensor<8xf32>
}

// The slopes of channels, which are stored last; or one slope.
// CHECK-LABEL: func.func private @prelu.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<2x5x4xf32>)
// CHECK:         %[[W:.*]] = nn.load_parameter @slopes : tensor<4xf32>
// CHECK:         linalg.generic {indexing_maps = [#[[$ALL]], #[[$LAST]], #[[$ALL]]], {{.*}}} ins(%[[X]], %[[W]] : tensor<2x5x4xf32>, tensor<4xf32>)
// CHECK-NEXT:    ^bb0(%[[E:.*]]: f32, %[[S:.*]]: f32, %{{.*}}: f32):
// CHECK-DAG:       %[[SCALED:.*]] = arith.mulf %[[E]], %[[S]]
// CHECK:           %[[R:.*]] = arith.select %{{.*}}, %[[E]], %[[SCALED]]
// CHECK-NEXT:      linalg.yield %[[R]]
// CHECK:         linalg.generic {indexing_maps = [#[[$ALL]], #[[$ONE]], #[[$ALL]]], {{.*}}} ins(%{{.*}}, %{{.*}} : tensor<2x5x4xf32>, tensor<1xf32>)
nn.parameter @slopes : tensor<4xf32> init(#nn.zeros) offset(0)
nn.parameter @slope : tensor<1xf32> init(#nn.zeros) offset(64)
nn.sequential @prelu(%x: tensor<2x4x5xf32, #nn.channels_last>) -> tensor<2x4x5xf32, #nn.channels_last> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.prelu %x per_channel weight(@slopes) : tensor<2x4x5xf32, #nn.channels_last>
  %1 = nn.prelu %0 weight(@slope) : tensor<2x4x5xf32, #nn.channels_last>
  nn.return %1 : tensor<2x4x5xf32, #nn.channels_last>
}

// CHECK-LABEL: func.func private @scalar.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<f32>) -> tensor<f32>
// CHECK:         linalg.generic {{.*}} iterator_types = []} ins(%[[X]] : tensor<f32>)
nn.sequential @scalar(%x: tensor<f32>) -> tensor<f32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<f32>
  nn.return %0 : tensor<f32>
}

// What is open stays open.
// CHECK-LABEL: func.func private @open.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x3xf32>) -> tensor<?x3xf32>
// CHECK:         %[[ZERO:.*]] = arith.constant 0 : index
// CHECK:         %[[ROWS:.*]] = tensor.dim %[[X]], %[[ZERO]]
// CHECK:         %[[INIT:.*]] = tensor.empty(%[[ROWS]]) : tensor<?x3xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[X]] : tensor<?x3xf32>) outs(%[[INIT]] : tensor<?x3xf32>)
nn.sequential @open(%x: tensor<?x3xf32>) -> tensor<?x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<?x3xf32>
  nn.return %0 : tensor<?x3xf32>
}

// What is nothing is not computed.
// CHECK-LABEL: func.func private @affine.forward(
// CHECK:         linalg.generic
// CHECK:           %[[P:.*]] = arith.mulf %{{.*}}, %{{.*}} : f32
// CHECK-NEXT:      linalg.yield %[[P]]
// CHECK:         linalg.generic
// CHECK:         ^bb0(%[[E:.*]]: f32, %{{.*}}: f32):
// CHECK:           %[[S:.*]] = arith.addf %[[E]], %{{.*}} : f32
// CHECK-NEXT:      linalg.yield %[[S]]
nn.sequential @affine(%x: tensor<8xf32>) -> tensor<8xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.affine %x scale(2.0) : tensor<8xf32>
  %1 = nn.affine %0 offset(2.0) : tensor<8xf32>
  nn.return %1 : tensor<8xf32>
}
