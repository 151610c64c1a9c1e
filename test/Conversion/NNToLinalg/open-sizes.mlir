// RUN: nascent-opt %s --nn-assign-orders --nn-assign-layouts --convert-nn-to-linalg | FileCheck %s --enable-var-scope

// What sizes must fulfil becomes a function; what follows from them is computed.
// CHECK-LABEL: func.func private @image.fits(
// CHECK-SAME:    %[[BATCH:.*]]: index, %[[HEIGHT:.*]]: index) -> i1
// CHECK:         %[[ONE:.*]] = arith.constant 1 : index
// CHECK:         %[[LIMIT:.*]] = arith.constant 2147483648 : index
// CHECK:         %[[SOME:.*]] = arith.cmpi sge, %[[HEIGHT]], %[[ONE]] : index
// CHECK:         %[[FEW:.*]] = arith.cmpi slt, %[[HEIGHT]], %[[LIMIT]] : index
// CHECK:         %[[LEAST:.*]] = arith.constant -3 : index
// CHECK:         %[[ROOM:.*]] = arith.addi %[[HEIGHT]], %[[LEAST]] : index
// CHECK:         %[[ENOUGH:.*]] = arith.cmpi sge, %[[ROOM]], %{{.*}} : index
// CHECK:         arith.andi %{{.*}}, %[[ENOUGH]] : i1
// Of what is larger, no product is small.
// CHECK:         %[[MOST:.*]] = arith.constant 1099511627776 : index
// CHECK:         %[[ROWS:.*]], %{{.*}} = arith.mului_extended %{{.*}}, %[[BATCH]] : index
// CHECK:         %[[PLANES:.*]], %{{.*}} = arith.mului_extended %[[ROWS]], %{{.*}} : index
// CHECK:         %[[LINES:.*]], %[[HIGH:.*]] = arith.mului_extended %[[PLANES]], %[[HEIGHT]] : index
// CHECK:         %[[SMALL:.*]] = arith.cmpi ule, %[[LINES]], %[[MOST]] : index
// CHECK:         %[[FITS:.*]] = arith.cmpi eq, %[[HIGH]], %{{.*}} : index
// CHECK:         %[[NOT_MORE:.*]] = arith.andi %{{.*}}, %[[SMALL]] : i1
// CHECK:         arith.andi %[[NOT_MORE]], %[[FITS]] : i1
// CHECK:         return %{{.*}} : i1
// CHECK-LABEL: func.func private @image.forward(
// CHECK-SAME:    %[[X:.*]]: tensor<?x2x?x9xf32> {nn.sizes = ["batch", "2", "height", "9"]}) -> tensor<?x4x1x1xf32> attributes {nn.fits = @image.fits, {{.*}}nn.sizes = ["batch", "height"]}
// CHECK:         %[[T:.*]] = linalg.transpose ins(%[[X]]
// CHECK:         tensor.dim %[[T]], %{{.*}} : tensor<?x?x9x2xf32>
// CHECK:         %[[H:.*]] = tensor.dim %[[T]], %{{.*}} : tensor<?x?x9x2xf32>
// CHECK:         %[[MORE:.*]] = arith.addi %[[H]], %{{.*}} : index
// CHECK:         %[[HALF:.*]] = arith.divui %[[MORE]], %{{.*}} : index
// CHECK:         %[[LESS:.*]] = arith.constant -1 : index
// CHECK:         %[[PLACES:.*]] = arith.addi %[[HALF]], %[[LESS]] : index
// CHECK:         tensor.empty(%{{.*}}, %[[PLACES]]) : tensor<?x?x4x4xf32>
// CHECK:         %[[Y:.*]] = linalg.generic
// The mean is of a number that is not known before.
// CHECK:         %[[TAPS:.*]] = tensor.dim %[[Y]], %{{.*}} : tensor<?x?x4x4xf32>
// CHECK:         %[[WINDOW:.*]] = tensor.empty(%[[TAPS]]) : tensor<?x4xf32>
// CHECK:         %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[Y]], %[[WINDOW]]
// CHECK:         tensor.dim %[[Y]], %{{.*}} : tensor<?x?x4x4xf32>
// CHECK-NEXT:    arith.constant 1 : index
// CHECK-NEXT:    %[[SIZE:.*]] = tensor.dim %[[Y]], %{{.*}} : tensor<?x?x4x4xf32>
// CHECK:         linalg.generic {{.*}} ins(%[[SUM]] :
// CHECK:           %[[FOUR:.*]] = arith.constant 4.000000e+00 : f32
// CHECK:           %[[COUNT:.*]] = arith.index_cast %[[SIZE]] : index to i32
// CHECK:           %[[OPEN:.*]] = arith.sitofp %[[COUNT]] : i32 to f32
// CHECK:           %[[ALL:.*]] = arith.mulf %[[FOUR]], %[[OPEN]] : f32
// CHECK:           arith.divf %{{.*}}, %[[ALL]] : f32
nn.parameter @w : tensor<4x2x3x3xf32> init(#nn.zeros)
nn.sequential @image(%x: tensor<?x2x?x9xf32>) -> tensor<?x4x1x1xf32> {
  %0 = nn.conv2d %x, 4 kernel(3) stride(2) no_bias weight(@w) : tensor<?x2x?x9xf32> -> tensor<?x4x?x4xf32>
  %1 = nn.adaptive_avg_pool2d %0 size(1) : tensor<?x4x?x4xf32> -> tensor<?x4x1x1xf32>
  nn.return %1 : tensor<?x4x1x1xf32>
}

// Of another layer's elements, the sizes that its rule says; a part from the end.
// CHECK-LABEL: func.func private @shaped.forward(
// CHECK:         %[[L:.*]] = tensor.dim %{{.*}}, %{{.*}} : tensor<2x?x6xf32>
// CHECK:         %[[TWO:.*]] = arith.constant 2 : index
// CHECK:         %[[COUNT:.*]] = arith.muli %[[L]], %[[TWO]] : index
// CHECK:         tensor.expand_shape %{{.*}} {{\[\[}}0], [1, 2]] output_shape [2, %[[COUNT]], 3] : tensor<2x?xf32> into tensor<2x?x3xf32>
// CHECK:         %[[START:.*]] = arith.addi %{{.*}}, %{{.*}} : index
// CHECK:         tensor.extract_slice %{{.*}}[0, %[[START]], 0] [2, 2, 3] [1, 1, 1] : tensor<2x?x3xf32> to tensor<2x2x3xf32>
nn.sequential @shaped(%x: tensor<2x?x6xf32>) -> tensor<2x2x3xf32> {
  %0 = nn.reshape %x shape(2, -1, 3) : tensor<2x?x6xf32> -> tensor<2x?x3xf32>
  %1 = nn.slice %0 axis(1) start(-2) : tensor<2x?x3xf32> -> tensor<2x2x3xf32>
  nn.return %1 : tensor<2x2x3xf32>
}
