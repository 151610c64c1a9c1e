// RUN: nascent-opt %s --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nn-infer-shapes | FileCheck %s --check-prefix=INFER
// RUN: nascent-opt %s --nn-infer-shapes --canonicalize | FileCheck %s --check-prefix=FOLD

// One type stands for equal ones.
// CHECK-LABEL: nn.sequential @elementwise(
// CHECK-NEXT:    nn.add %arg0, %arg1 : tensor<?x33xf32>
// CHECK-NEXT:    nn.add %{{.*}}, %arg0, %arg1 name("sum") : tensor<?x33xf32>
// CHECK-NEXT:    nn.mul %{{.*}}, %{{.*}} : tensor<?x33xf32>, tensor<?x33xf32> -> tensor<4x33xf32>
// CHECK-NEXT:    nn.mul %{{.*}}, %arg0 : tensor<4x33xf32>, tensor<?x33xf32> -> tensor<4x33xf32>
nn.sequential @elementwise(%arg0: tensor<?x33xf32>, %arg1: tensor<?x33xf32>) -> tensor<4x33xf32> {
  %0 = nn.add %arg0, %arg1 : tensor<?x33xf32>
  %1 = nn.add %0, %arg0, %arg1 name("sum") : tensor<?x33xf32>, tensor<?x33xf32>, tensor<?x33xf32>
  %2 = nn.mul %1, %0 : tensor<?x33xf32> -> tensor<4x33xf32>
  %3 = nn.mul %2, %arg0 : tensor<4x33xf32>, tensor<?x33xf32> -> tensor<4x33xf32>
  nn.return %3 : tensor<4x33xf32>
}

// CHECK-LABEL: nn.sequential @parts(
// CHECK-NEXT:    nn.concat %arg0, %arg0 axis(1) : tensor<?x8xf32>, tensor<?x8xf32> -> tensor<?x16xf32>
// CHECK-NEXT:    nn.slice %{{.*}} axis(1) end(12) : tensor<?x16xf32> -> tensor<?x12xf32>
// CHECK-NEXT:    nn.slice %{{.*}} axis(-1) start(-5) name("tail") : tensor<?x16xf32> -> tensor<?x5xf32>
nn.sequential @parts(%x: tensor<?x8xf32>) -> (tensor<?x12xf32>, tensor<?x5xf32>) {
  %0 = nn.concat %x, %x axis(1) : tensor<?x8xf32> -> tensor<?x16xf32>
  %1 = nn.slice %0 end(12) axis(1) start(0) : tensor<?x16xf32> -> tensor<?x12xf32>
  %2 = nn.slice %0 name("tail") start(-5) axis(-1) : tensor<?x16xf32> -> tensor<?x5xf32>
  nn.return %1, %2 : tensor<?x12xf32>, tensor<?x5xf32>
}

// What one input says, the others learn, before and after it.
// INFER-LABEL: nn.sequential @same_shape(
// INFER-SAME:    %arg0: tensor<2x5xf32>, %arg1: tensor<2x5xf32>, %arg2: tensor<2x5xf32>) -> tensor<2x5xf32>
nn.sequential @same_shape(%arg0: tensor<?x?xf32>, %arg1: tensor<?x5xf32>, %arg2: tensor<2x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.add %arg0, %arg1, %arg2 : tensor<?x?xf32>, tensor<?x5xf32>, tensor<2x?xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}

// Sizes add up, and one that is missing follows from the sum.
// INFER-LABEL: nn.sequential @sizes_add_up(
// INFER-SAME:    %arg0: tensor<2x3x4xf32>, %arg1: tensor<2x?x4xf32>
// INFER:         nn.concat %arg0, %arg0 axis(1) : tensor<2x3x4xf32>, tensor<2x3x4xf32> -> tensor<2x6x4xf32>
// INFER-NEXT:    nn.concat %arg1, %arg1 axis(1) : tensor<2x?x4xf32>, tensor<2x?x4xf32> -> tensor<2x10x4xf32>
nn.sequential @sizes_add_up(%arg0: tensor<2x3x?xf32>, %arg1: tensor<2x?x4xf32>) -> (tensor<?x?x4xf32>, tensor<?x10x4xf32>) {
  %0 = nn.concat %arg0, %arg0 axis(1) : tensor<2x3x?xf32> -> tensor<?x?x4xf32>
  %1 = nn.concat %arg1, %arg1 axis(1) : tensor<2x?x4xf32> -> tensor<?x10x4xf32>
  nn.return %0, %1 : tensor<?x?x4xf32>, tensor<?x10x4xf32>
}

// INFER-LABEL: nn.sequential @size_left(
// INFER-SAME:    %arg0: tensor<2x3xf32>, %arg1: tensor<2x7xf32>)
nn.sequential @size_left(%arg0: tensor<2x3xf32>, %arg1: tensor<2x?xf32>) -> tensor<2x10xf32> {
  %0 = nn.concat %arg0, %arg1 axis(1) : tensor<2x3xf32>, tensor<2x?xf32> -> tensor<2x10xf32>
  nn.return %0 : tensor<2x10xf32>
}

// A part that is counted from one end has its size without the input's; one that
// leaves out a known number of elements tells the input's.
// INFER-LABEL: nn.sequential @slices(
// INFER-SAME:    %arg0: tensor<2x?xf32>, %arg1: tensor<2x9xf32>, %arg2: tensor<2x9xf32>)
// INFER-NEXT:    nn.slice %arg0 axis(1) start(2) end(5) : tensor<2x?xf32> -> tensor<2x3xf32>
// INFER-NEXT:    nn.slice %arg0 axis(1) start(-4) end(-1) : tensor<2x?xf32> -> tensor<2x3xf32>
// INFER-NEXT:    nn.slice %arg0 axis(1) start(-4) : tensor<2x?xf32> -> tensor<2x4xf32>
// INFER-NEXT:    nn.slice %arg1 axis(1) start(2) : tensor<2x9xf32> -> tensor<2x7xf32>
// INFER-NEXT:    nn.slice %arg2 axis(1) start(1) end(-1) : tensor<2x9xf32> -> tensor<2x7xf32>
// INFER-NEXT:    nn.slice %arg2 axis(1) start(-6) end(8) : tensor<2x9xf32> -> tensor<2x5xf32>
nn.sequential @slices(%arg0: tensor<2x?xf32>, %arg1: tensor<2x?xf32>, %arg2: tensor<2x?xf32>) {
  %0 = nn.slice %arg0 axis(1) start(2) end(5) : tensor<2x?xf32> -> tensor<2x?xf32>
  %1 = nn.slice %arg0 axis(1) start(-4) end(-1) : tensor<2x?xf32> -> tensor<2x?xf32>
  %2 = nn.slice %arg0 axis(1) start(-4) : tensor<2x?xf32> -> tensor<2x?xf32>
  %3 = nn.slice %arg1 axis(1) start(2) : tensor<2x?xf32> -> tensor<2x7xf32>
  %4 = nn.slice %arg2 axis(1) start(1) end(-1) : tensor<2x?xf32> -> tensor<2x7xf32>
  %5 = nn.slice %arg2 axis(1) start(-6) end(8) : tensor<2x?xf32> -> tensor<2x?xf32>
  nn.return
}

// FOLD-LABEL: nn.sequential @whole_slice(
// FOLD-NEXT:    nn.return %arg0
nn.sequential @whole_slice(%x: tensor<2x9xf32>) -> tensor<2x9xf32> {
  %0 = nn.slice %x axis(1) start(-9) : tensor<2x9xf32> -> tensor<2x9xf32>
  nn.return %0 : tensor<2x9xf32>
}

// Products of matrices: what is known of one of three shapes is known of the others.
// INFER-LABEL: nn.sequential @matmul(
// INFER:         nn.matmul {{.*}} : tensor<2x3x4x5xf32>, tensor<2x3x5x6xf32> -> tensor<2x3x4x6xf32>
// INFER:         nn.matmul {{.*}} transposed : tensor<2x3x4x6xf32>, tensor<2x3x7x6xf32> -> tensor<2x3x4x7xf32>
nn.sequential @matmul(%arg0: tensor<?x3x4x?xf32>, %arg1: tensor<2x?x5x6xf32>, %arg2: tensor<?x?x7x?xf32>) -> tensor<?x?x?x?xf32> {
  %0 = nn.matmul %arg0, %arg1 : tensor<?x3x4x?xf32>, tensor<2x?x5x6xf32> -> tensor<?x?x?x?xf32>
  %1 = nn.matmul %0, %arg2 transposed : tensor<?x?x?x?xf32>, tensor<?x?x7x?xf32> -> tensor<?x?x?x?xf32>
  nn.return %1 : tensor<?x?x?x?xf32>
}
