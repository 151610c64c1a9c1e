// RUN: nascent-opt %s --nascent-plan-buffers --verify-roundtrip | FileCheck %s
// Planning what is planned changes nothing.
// RUN: nascent-opt %s --nascent-plan-buffers -o %t.once
// RUN: nascent-opt %t.once --nascent-plan-buffers | diff %t.once -

// Temporaries that are not live together share bytes; those that are do not. The
// parameters' declarations have served their purpose.
// CHECK-NOT: nn.parameter @
func.func private @kernel(memref<2x4xf32>, memref<2x4xf32>)

// Of a chain, two are live at a time: the third takes the first's place.
// CHECK-LABEL: func.func private @chain(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<0xi8> {llvm.noalias, nn.role = #nn.role<parameters>}, %[[X:.*]]: memref<2x4xf32> {llvm.noalias{{[^}]*}}}, %[[Y:.*]]: memref<2x4xf32> {llvm.noalias{{[^}]*}}},
// CHECK-SAME:    %[[SCRATCH:.*]]: memref<128xi8> {llvm.noalias, nn.role = #nn.role<scratch>}) attributes {{{.*}}nn.scratch_bytes = 128 : i64}
// CHECK-NOT:     memref.alloc
// CHECK:         %[[AT0:.*]] = arith.constant 0 : index
// CHECK:         %[[T0:.*]] = memref.view %[[SCRATCH]][%[[AT0]]][] : memref<128xi8> to memref<2x4xf32>
// CHECK:         call @kernel(%[[X]], %[[T0]])
// CHECK:         %[[AT1:.*]] = arith.constant 64 : index
// CHECK:         %[[T1:.*]] = memref.view %[[SCRATCH]][%[[AT1]]][]
// CHECK:         call @kernel(%[[T0]], %[[T1]])
// CHECK:         %[[AT2:.*]] = arith.constant 0 : index
// CHECK:         %[[T2:.*]] = memref.view %[[SCRATCH]][%[[AT2]]][]
// CHECK:         call @kernel(%[[T1]], %[[T2]])
// CHECK:         call @kernel(%[[T2]], %[[Y]])
func.func private @chain(%x: memref<2x4xf32> {llvm.noalias}, %y: memref<2x4xf32> {llvm.noalias}) attributes {nn.network = "chain", nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<2x4xf32>
  call @kernel(%x, %0) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  %1 = memref.alloc() : memref<2x4xf32>
  call @kernel(%0, %1) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  %2 = memref.alloc() : memref<2x4xf32>
  call @kernel(%1, %2) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  call @kernel(%2, %y) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// One that is used again later keeps its bytes until then, also through views of
// views.
// CHECK-LABEL: func.func private @kept(
// CHECK-SAME:    %[[SCRATCH:[a-z0-9]+]]: memref<192xi8> {llvm.noalias{{[^}]*}}}) attributes {{{.*}}nn.scratch_bytes = 192 : i64}
// CHECK:         arith.constant 0 : index
// CHECK:         memref.view %[[SCRATCH]]
// CHECK:         arith.constant 64 : index
// CHECK:         memref.view %[[SCRATCH]]
// CHECK:         arith.constant 128 : index
// CHECK:         memref.view %[[SCRATCH]]
// CHECK-NOT:     memref.view
// CHECK:         return
func.func private @kept(%x: memref<2x4xf32>, %y: memref<2x4xf32>) attributes {nn.network = "kept", nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<2x4xf32>
  %flat = memref.collapse_shape %0 [[0, 1]] : memref<2x4xf32> into memref<8xf32>
  %again = memref.expand_shape %flat [[0, 1]] output_shape [2, 4] : memref<8xf32> into memref<2x4xf32>
  call @kernel(%x, %0) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  %1 = memref.alloc() : memref<2x4xf32>
  call @kernel(%0, %1) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  %2 = memref.alloc() : memref<2x4xf32>
  call @kernel(%1, %2) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  call @kernel(%again, %y) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  call @kernel(%2, %y) : (memref<2x4xf32>, memref<2x4xf32>) -> ()
  return
}

// A large one does not fit in the place of a small one; a small one takes the
// lowest gap. Sizes are rounded up to 64 bytes.
// CHECK-LABEL: func.func private @sizes(
// CHECK-SAME:    %[[SCRATCH:[a-z0-9]+]]: memref<576xi8>
// CHECK:         %[[AT0:.*]] = arith.constant 0 : index
// CHECK:         memref.view %[[SCRATCH]][%[[AT0]]][] : memref<576xi8> to memref<17xf32>
// CHECK:         %[[AT1:.*]] = arith.constant 128 : index
// CHECK:         memref.view %[[SCRATCH]][%[[AT1]]][] : memref<576xi8> to memref<16xf32>
// CHECK:         %[[AT2:.*]] = arith.constant 192 : index
// CHECK:         memref.view %[[SCRATCH]][%[[AT2]]][] : memref<576xi8> to memref<96xf32>
// CHECK:         %[[AT3:.*]] = arith.constant 0 : index
// CHECK:         memref.view %[[SCRATCH]][%[[AT3]]][] : memref<576xi8> to memref<32xf32>
func.func private @use(memref<?xf32>, memref<?xf32>)
func.func private @sizes() attributes {nn.network = "sizes", nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<17xf32>
  %1 = memref.alloc() : memref<16xf32>
  %c0 = memref.cast %0 : memref<17xf32> to memref<?xf32>
  %c1 = memref.cast %1 : memref<16xf32> to memref<?xf32>
  call @use(%c0, %c1) : (memref<?xf32>, memref<?xf32>) -> ()
  %2 = memref.alloc() : memref<96xf32>
  %c2 = memref.cast %2 : memref<96xf32> to memref<?xf32>
  %3 = memref.alloc() : memref<32xf32>
  %c3 = memref.cast %3 : memref<32xf32> to memref<?xf32>
  call @use(%c1, %c2) : (memref<?xf32>, memref<?xf32>) -> ()
  call @use(%c3, %c2) : (memref<?xf32>, memref<?xf32>) -> ()
  return
}

// The place that the first one leaves is too small for the last one. Where large ones are
// placed first, it is of use, and scratch has no more bytes than are live at a time.
// CHECK-LABEL: func.func private @large_first(
// CHECK-SAME:    %[[SCRATCH:[a-z0-9]+]]: memref<192xi8>
// CHECK:         %[[AT0:.*]] = arith.constant 0 : index
// CHECK:         memref.view %[[SCRATCH]][%[[AT0]]][] : memref<192xi8> to memref<16xf32>
// CHECK:         %[[AT1:.*]] = arith.constant 128 : index
// CHECK:         memref.view %[[SCRATCH]][%[[AT1]]][] : memref<192xi8> to memref<15xf32>
// CHECK:         %[[AT2:.*]] = arith.constant 0 : index
// CHECK:         memref.view %[[SCRATCH]][%[[AT2]]][] : memref<192xi8> to memref<32xf32>
func.func private @large_first() attributes {nn.network = "large_first", nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<16xf32>
  %1 = memref.alloc() : memref<15xf32>
  %c0 = memref.cast %0 : memref<16xf32> to memref<?xf32>
  %c1 = memref.cast %1 : memref<15xf32> to memref<?xf32>
  call @use(%c0, %c1) : (memref<?xf32>, memref<?xf32>) -> ()
  %2 = memref.alloc() : memref<32xf32>
  %c2 = memref.cast %2 : memref<32xf32> to memref<?xf32>
  call @use(%c1, %c2) : (memref<?xf32>, memref<?xf32>) -> ()
  return
}

// A parameter is a view of the parameter buffer, at its offset.
// CHECK-LABEL: func.func private @parameter(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<1344xi8> {llvm.noalias{{[^}]*}}}, %{{.*}}: memref<0xi8> {llvm.noalias{{[^}]*}}})
// CHECK:         %[[AT:.*]] = arith.constant 64 : index
// CHECK:         memref.view %[[PARAMETERS]][%[[AT]]][] : memref<1344xi8> to memref<2x20x8xf32>
// CHECK-NOT:     nn.load_parameter
nn.parameter @weight : tensor<14x20xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(64)
func.func private @parameter() attributes {nn.network = "parameter", nn.parameter_bytes = 1344 : i64} {
  %0 = nn.load_parameter @weight : memref<2x20x8xf32>
  return
}

// There may be room behind each pixel and each line: 2 × 3 × 4 of 8 floats here.
// CHECK-LABEL: func.func private @apart(
// CHECK-SAME:    %[[SCRATCH:[a-z0-9]+]]: memref<768xi8>
// CHECK:         %[[ROWS:.*]] = memref.view %[[SCRATCH]]{{.*}} to memref<2x3x4x8xf32>
// CHECK:         memref.reinterpret_cast %[[ROWS]] to offset: [0], sizes: [2, 3, 2, 5], strides: [96, 32, 8, 1]
func.func private @pass(memref<2x3x2x5xf32, strided<[96, 32, 8, 1]>>)
func.func private @apart() attributes {nn.network = "apart", nn.parameter_bytes = 0 : i64} {
  %0 = memref.alloc() : memref<2x3x2x5xf32, strided<[96, 32, 8, 1]>>
  call @pass(%0) : (memref<2x3x2x5xf32, strided<[96, 32, 8, 1]>>) -> ()
  return
}

// Other functions are not ours.
// CHECK-LABEL: func.func @other()
// CHECK-NEXT:    memref.alloc
func.func @other() -> memref<4xf32> {
  %0 = memref.alloc() : memref<4xf32>
  return %0 : memref<4xf32>
}
// CHECK-LABEL: func.func private @declared() attributes {nn.parameter_bytes = 64 : i64}
func.func private @declared() attributes {nn.parameter_bytes = 64 : i64}
