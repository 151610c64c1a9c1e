// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-vectorize-kernels=remarks --canonicalize --cse 2>&1 | FileCheck %s
// RUN: nascent-opt %s --nascent-lower-to-kernels --nascent-vectorize-kernels=strict --canonicalize --cse | FileCheck %s --check-prefix=STRICT

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 512, registers = 32, fma = true>} {

// A vector takes four terms of three columns; two vectors take turns. What is
// left of 19 terms is added to halves of the sums.
// CHECK:       remark: 1 x 19 times 19 x 3 in tiles of 1 rows and 4 columns, each sum split into 2
// CHECK-LABEL: func.func private @few.layer_0(
// CHECK-SAME:    %[[X:[a-z0-9]+]]: memref<1x19xf32> {{.*}}, %[[W:[a-z0-9]+]]: memref<1x19x4xf32> {{.*}}, %[[B:[a-z0-9]+]]: memref<3xf32> {{.*}}, %[[Y:[a-z0-9]+]]: memref<1x3xf32>
// CHECK-DAG:     %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
// CHECK:         %[[BIAS:.*]] = vector.load %[[B]][%{{.*}}] : memref<3xf32>, vector<4xf32>
// CHECK-NEXT:    %[[FIRST:.*]] = vector.shuffle %[[BIAS]], %{{.*}} [0, 1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4]
// CHECK-NEXT:    %[[W0:.*]] = vector.load %[[W]][%{{.*}}] : memref<1x19x4xf32>, vector<16xf32>
// CHECK-NEXT:    %[[X0:.*]] = vector.load %[[X]][%{{.*}}] : memref<1x19xf32>, vector<4xf32>
// CHECK-NEXT:    %[[SPREAD:.*]] = vector.shuffle %[[X0]], %[[X0]] [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]
// CHECK-NEXT:    %[[S0:.*]] = vector.fma %[[SPREAD]], %[[W0]], %[[FIRST]]
// CHECK:         %[[S1:.*]] = vector.fma %{{.*}}, %{{.*}}, %[[ZERO]]
// CHECK:         %[[S2:.*]] = vector.fma %{{.*}}, %{{.*}}, %[[S0]]
// CHECK:         %[[S3:.*]] = vector.fma %{{.*}}, %{{.*}}, %[[S1]]
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[S2]], %[[S3]]
// CHECK-NEXT:    %[[LOWER:.*]] = vector.shuffle %[[SUM]], %[[SUM]] [0, 1, 2, 3, 4, 5, 6, 7]
// CHECK-NEXT:    %[[UPPER:.*]] = vector.shuffle %[[SUM]], %[[SUM]] [8, 9, 10, 11, 12, 13, 14, 15]
// CHECK-NEXT:    %[[HALF:.*]] = arith.addf %[[LOWER]], %[[UPPER]]
// CHECK:         vector.shuffle %{{.*}} [0, 0, 0, 0, 1, 1, 1, 1]
// CHECK-NEXT:    vector.fma %{{.*}}, %{{.*}}, %[[HALF]] : vector<8xf32>
// CHECK:         vector.fma {{.*}} : vector<4xf32>
// CHECK-NOT:     vector.fma
// CHECK:         return
//
// Strict sums go term by term.
// STRICT-LABEL:     func.func private @few.layer_0(
// STRICT-COUNT-19:  vector.fma {{.*}} : vector<4xf32>
// STRICT-NOT:       vector.fma
// STRICT:           return
nn.parameter @few.0.weight : tensor<3x19xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.parameter @few.0.bias : tensor<3xf32> init(#nn.zeros) offset(320)
nn.sequential @few(%x: tensor<1x19xf32>) -> tensor<1x3xf32> attributes {nn.parameter_bytes = 384 : i64} {
  %0 = nn.dense %x, 3 weight(@few.0.weight) bias(@few.0.bias) : tensor<1x19xf32> -> tensor<1x3xf32>
  nn.return %0 : tensor<1x3xf32>
}

}
