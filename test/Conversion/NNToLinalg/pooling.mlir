// RUN: nascent-opt %s --convert-nn-to-linalg --verify-roundtrip | FileCheck %s

// CHECK-DAG: #[[$READ:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 * 2 + d4, d2 * 2 + d5, d3)>
// CHECK-DAG: #[[$TAPS:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d4, d5)>
// CHECK-DAG: #[[$WRITTEN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1, d2, d3)>
// CHECK-DAG: #[[$DILATED:.*]] = affine_map<(d0, d1, d2, d3) -> (d0, d1 + d3 * 3, d2)>
// CHECK-DAG: #[[$EVEN:.*]] = affine_map<(d0, d1, d2, d3, d4, d5) -> (d0, d1 * 4 + d4, d2 * 3 + d5, d3)>

// Padding never wins, as the least value; the last window reaches one column beyond
// it.
// CHECK-LABEL: func.func private @max.forward(
// CHECK:         %[[LEAST:.*]] = arith.constant 0xFF800000 : f32
// CHECK:         %[[PADDED:.*]] = tensor.pad %{{.*}} low[0, 1, 1, 0] high[0, 1, 2, 0] {
// CHECK:           tensor.yield %[[LEAST]]
// CHECK:         } : tensor<2x11x10x8xf32> to tensor<2x13x13x8xf32>
// CHECK:         %[[SIZES:.*]] = tensor.empty() : tensor<3x3xf32>
// CHECK:         %[[INIT:.*]] = linalg.fill
// CHECK:         linalg.generic {indexing_maps = [#[[$READ]], #[[$TAPS]], #[[$WRITTEN]]], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction"]} ins(%[[PADDED]], %[[SIZES]] : {{.*}} outs(%[[INIT]] : tensor<2x6x6x8xf32>) attrs =  {nn.layer = "0"}
// CHECK-NEXT:    ^bb0(%[[X:.*]]: f32, %{{.*}}: f32, %[[M:.*]]: f32):
// CHECK-NEXT:      arith.maximumf %[[M]], %[[X]] fastmath<nsz>
nn.sequential @max(%x: tensor<2x8x11x10xf32, #nn.channels_last>) -> tensor<2x8x6x6xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.max_pool2d %x kernel(3) stride(2) padding(1) ceil : tensor<2x8x11x10xf32, #nn.channels_last> -> tensor<2x8x6x6xf32, #nn.channels_last>
  nn.return %0 : tensor<2x8x6x6xf32, #nn.channels_last>
}

// CHECK-LABEL: func.func private @dilated.forward(
// CHECK-NOT:     tensor.pad
// CHECK:         linalg.generic {indexing_maps = [#[[$DILATED]], {{.*}} ins(%{{.*}} : tensor<?x10x8xf32>, tensor<3xf32>) outs(%{{.*}} : tensor<?x4x8xf32>)
nn.sequential @dilated(%x: tensor<?x8x10xf32, #nn.channels_last>) -> tensor<?x8x4xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.max_pool1d %x kernel(3) stride(1) dilation(3) : tensor<?x8x10xf32, #nn.channels_last> -> tensor<?x8x4xf32, #nn.channels_last>
  nn.return %0 : tensor<?x8x4xf32, #nn.channels_last>
}

// Where all windows have as many elements that count, that is a number.
// CHECK-LABEL: func.func private @mean.forward(
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} attrs =  {nn.layer = "0"}
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}} ins(%[[SUM]] : tensor<2x6x6x8xf32>) {{.*}} attrs =  {nn.layer = "0"}
// CHECK-NOT:       linalg.index
// CHECK:           %[[COUNT:.*]] = arith.constant 9.0
// CHECK-NEXT:      arith.divf %{{.*}}, %[[COUNT]]
nn.sequential @mean(%x: tensor<2x8x11x11xf32, #nn.channels_last>) -> tensor<2x8x6x6xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.avg_pool2d %x kernel(3) stride(2) padding(1) : tensor<2x8x11x11xf32, #nn.channels_last> -> tensor<2x8x6x6xf32, #nn.channels_last>
  nn.return %0 : tensor<2x8x6x6xf32, #nn.channels_last>
}

// Otherwise it follows from the place, in those dimensions where it differs: from
// 2·place − 1 to 2·place + 2, within 0 to 11.
// CHECK-LABEL: func.func private @excluding.forward(
// CHECK:         linalg.generic
// CHECK:         linalg.generic
// CHECK:           %[[OTHER:.*]] = arith.constant 2.000000e+00 : f32
// CHECK-NEXT:      %[[PLACE:.*]] = linalg.index 1 : index
// CHECK-NEXT:      %[[STRIDE:.*]] = arith.constant 2 : index
// CHECK-NEXT:      %[[STEP:.*]] = arith.muli %[[PLACE]], %[[STRIDE]]
// CHECK-NEXT:      %[[LOW:.*]] = arith.constant -1 : index
// CHECK-NEXT:      %[[START:.*]] = arith.addi %[[STEP]], %[[LOW]]
// CHECK-NEXT:      %[[KERNEL:.*]] = arith.constant 3 : index
// CHECK-NEXT:      %[[END:.*]] = arith.addi %[[START]], %[[KERNEL]]
// CHECK-NEXT:      %[[SIZE:.*]] = arith.constant 11 : index
// CHECK-NEXT:      %[[LAST:.*]] = arith.minsi %[[END]], %[[SIZE]]
// CHECK-NEXT:      %[[ZERO:.*]] = arith.constant 0 : index
// CHECK-NEXT:      %[[FIRST:.*]] = arith.maxsi %[[START]], %[[ZERO]]
// CHECK-NEXT:      %[[OWN:.*]] = arith.subi %[[LAST]], %[[FIRST]]
// CHECK-NEXT:      %[[INT:.*]] = arith.index_cast %[[OWN]] : index to i32
// CHECK-NEXT:      %[[FLOAT:.*]] = arith.sitofp %[[INT]] : i32 to f32
// CHECK-NEXT:      %[[COUNT:.*]] = arith.mulf %[[OTHER]], %[[FLOAT]]
// CHECK-NOT:       linalg.index
// CHECK:           arith.divf %{{.*}}, %[[COUNT]]
nn.sequential @excluding(%x: tensor<2x8x11x4xf32, #nn.channels_last>) -> tensor<2x8x6x2xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.avg_pool2d %x kernel(3, 2) stride(2) padding(1, 0) exclude_padding : tensor<2x8x11x4xf32, #nn.channels_last> -> tensor<2x8x6x2xf32, #nn.channels_last>
  nn.return %0 : tensor<2x8x6x2xf32, #nn.channels_last>
}

// Beyond the padding nothing counts, even if padding does.
// CHECK-LABEL: func.func private @beyond.forward(
// CHECK:           linalg.index 1 : index
nn.sequential @beyond(%x: tensor<2x8x8xf32, #nn.channels_last>) -> tensor<2x8x5xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.avg_pool1d %x kernel(3) stride(2) padding(1) ceil : tensor<2x8x8xf32, #nn.channels_last> -> tensor<2x8x5xf32, #nn.channels_last>
  nn.return %0 : tensor<2x8x5xf32, #nn.channels_last>
}

// CHECK-LABEL: func.func private @adaptive.forward(
// CHECK:         linalg.generic {indexing_maps = [#[[$EVEN]], {{.*}} ins(%{{.*}} : tensor<2x8x9x8xf32>, tensor<4x3xf32>)
// CHECK:           arith.maximumf
nn.sequential @adaptive(%x: tensor<2x8x8x9xf32, #nn.channels_last>) -> tensor<2x8x2x3xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.adaptive_max_pool2d %x size(2, 3) : tensor<2x8x8x9xf32, #nn.channels_last> -> tensor<2x8x2x3xf32, #nn.channels_last>
  nn.return %0 : tensor<2x8x2x3xf32, #nn.channels_last>
}

// CHECK-LABEL: func.func private @global.forward(
// CHECK:         linalg.generic {{.*}} ins(%{{.*}} : tensor<2x7x5x8xf32>, tensor<7x5xf32>) outs(%{{.*}} : tensor<2x1x1x8xf32>)
// CHECK:           %[[COUNT:.*]] = arith.constant 3.500000e+01
nn.sequential @global(%x: tensor<2x8x7x5xf32, #nn.channels_last>) -> tensor<2x8x1x1xf32, #nn.channels_last> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.global_avg_pool %x : tensor<2x8x7x5xf32, #nn.channels_last> -> tensor<2x8x1x1xf32, #nn.channels_last>
  nn.return %0 : tensor<2x8x1x1xf32, #nn.channels_last>
}

// CHECK-LABEL: func.func private @over.forward(
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "reduction", "parallel"]
// CHECK:           arith.addf
// CHECK:         arith.divf
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "parallel", "reduction", "parallel"]
// CHECK:           arith.maximumf {{.*}} fastmath<nsz>
nn.sequential @over(%x: tensor<2x8x3x4xf32, #nn.channels_last>) -> (tensor<2x8xf32>, tensor<2x8x3xf32, #nn.channels_last>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.mean_over %x dims(2, 3) : tensor<2x8x3x4xf32, #nn.channels_last> -> tensor<2x8xf32>
  %1 = nn.max_over %x dims(-1) : tensor<2x8x3x4xf32, #nn.channels_last> -> tensor<2x8x3xf32, #nn.channels_last>
  nn.return %0, %1 : tensor<2x8xf32>, tensor<2x8x3xf32, #nn.channels_last>
}
