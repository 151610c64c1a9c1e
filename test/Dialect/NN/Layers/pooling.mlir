// RUN: nascent-opt %s | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --nn-infer-shapes | FileCheck %s --check-prefix=INFER

// Clauses print in one order, those that have their defaults not at all.
// CHECK-LABEL: nn.sequential @clauses(
// CHECK-NEXT:    nn.max_pool2d %{{.*}} kernel(3, 5) stride(2, 1) padding(1, 2) ceil dilation(2) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
// CHECK-NEXT:    nn.avg_pool2d %{{.*}} kernel(4) padding(1, 2, 0, 1) exclude_padding name("mean") : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
// CHECK-NEXT:    nn.adaptive_avg_pool2d %{{.*}} size(7, 6) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
// CHECK-NEXT:    nn.adaptive_max_pool2d %{{.*}} size(1) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
// CHECK-NEXT:    nn.global_avg_pool %{{.*}} : tensor<?x?x?x?xf32> -> tensor<?x?x1x1xf32>
nn.sequential @clauses(%x: tensor<?x?x?x?xf32>) -> tensor<?x?x1x1xf32> {
  %0 = nn.max_pool2d %x dilation(2) ceil padding(1, 2) stride(2, 1) kernel(3, 5) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  %1 = nn.avg_pool2d %0 name("mean") exclude_padding padding(1, 2, 0, 1) kernel(4) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  %2 = nn.adaptive_avg_pool2d %1 size(7, 6) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  %3 = nn.adaptive_max_pool2d %2 size(1) : tensor<?x?x?x?xf32> -> tensor<?x?x?x?xf32>
  %4 = nn.global_avg_pool %3 : tensor<?x?x?x?xf32> -> tensor<?x?x1x1xf32>
  nn.return %4 : tensor<?x?x1x1xf32>
}

// Windows are side by side unless a stride is stated; with `ceil`, a last one may
// reach beyond the padding, but not begin there.
// INFER-LABEL: nn.sequential @forwards(
// INFER:         nn.max_pool2d {{.*}} kernel(3) : {{.*}} -> tensor<2x4x3x3xf32>
// INFER:         nn.max_pool2d {{.*}} stride(2) padding(1) ceil : {{.*}} -> tensor<2x4x6x6xf32>
// INFER:         nn.max_pool2d {{.*}} stride(2) ceil dilation(2, 1) : {{.*}} -> tensor<2x4x4x5xf32>
// INFER:         nn.avg_pool2d {{.*}} stride(20) ceil : {{.*}} -> tensor<2x4x1x1xf32>
// INFER:         nn.avg_pool2d {{.*}} kernel(2) stride(3) padding(1) ceil : {{.*}} -> tensor<2x4x4x4xf32>
nn.sequential @forwards(%x: tensor<2x4x10x11xf32>) -> tensor<2x?x?x?xf32> {
  %0 = nn.max_pool2d %x kernel(3) : tensor<2x4x10x11xf32> -> tensor<2x?x?x?xf32>
  %1 = nn.max_pool2d %x kernel(3) stride(2) padding(1) ceil : tensor<2x4x10x11xf32> -> tensor<2x?x?x?xf32>
  %2 = nn.max_pool2d %x kernel(3) stride(2) dilation(2, 1) ceil : tensor<2x4x10x11xf32> -> tensor<2x?x?x?xf32>
  %3 = nn.avg_pool2d %x kernel(12) stride(20) ceil : tensor<2x4x10x11xf32> -> tensor<2x?x?x?xf32>
  %4 = nn.avg_pool2d %x kernel(2) stride(3) padding(1) ceil : tensor<2x4x10x11xf32> -> tensor<2x?x?x?xf32>
  nn.return %0 : tensor<2x?x?x?xf32>
}

// Backwards only where one input fits: batch and channels, and what stride 1 says.
// INFER-LABEL: nn.sequential @backwards(
// INFER-SAME:    tensor<2x5x12x?xf32>
nn.sequential @backwards(%x: tensor<?x?x?x?xf32>) -> tensor<2x5x10x10xf32> {
  %0 = nn.max_pool2d %x kernel(3) stride(1, 2) : tensor<?x?x?x?xf32> -> tensor<2x5x10x10xf32>
  nn.return %0 : tensor<2x5x10x10xf32>
}

// INFER-LABEL: nn.sequential @sizes(
// INFER-SAME:    tensor<2x5x?xf32>
// INFER:         nn.adaptive_avg_pool1d {{.*}} -> tensor<2x5x6xf32>
// INFER:         nn.adaptive_max_pool1d {{.*}} -> tensor<2x5x3xf32>
// INFER:         nn.global_avg_pool {{.*}} -> tensor<2x5x1xf32>
nn.sequential @sizes(%x: tensor<?x?x?xf32>) -> tensor<2x5x?xf32> {
  %0 = nn.adaptive_avg_pool1d %x size(6) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %1 = nn.adaptive_max_pool1d %0 size(3) : tensor<?x?x?xf32> -> tensor<?x?x?xf32>
  %2 = nn.global_avg_pool %1 : tensor<?x?x?xf32> -> tensor<2x5x?xf32>
  nn.return %2 : tensor<2x5x?xf32>
}

// INFER-LABEL: nn.sequential @other_ranks(
// INFER:         nn.max_pool1d {{.*}} -> tensor<2x4x9xf32>
// INFER:         nn.avg_pool3d {{.*}} -> tensor<2x4x2x2x3xf32>
// INFER:         nn.adaptive_avg_pool3d {{.*}} -> tensor<2x4x2x1x3xf32>
nn.sequential @other_ranks(%x: tensor<2x4x18xf32>, %y: tensor<2x4x4x5x6xf32>) -> (tensor<2x?x?xf32>, tensor<2x?x?x?x?xf32>) {
  %0 = nn.max_pool1d %x kernel(2) : tensor<2x4x18xf32> -> tensor<2x?x?xf32>
  %1 = nn.avg_pool3d %y kernel(2) : tensor<2x4x4x5x6xf32> -> tensor<2x?x?x?x?xf32>
  %2 = nn.adaptive_avg_pool3d %1 size(2, 1, 3) : tensor<2x?x?x?x?xf32> -> tensor<2x?x?x?x?xf32>
  nn.return %0, %2 : tensor<2x?x?xf32>, tensor<2x?x?x?x?xf32>
}

// What is left has the order of the dimensions that are left.
// CHECK-LABEL: nn.sequential @over(
// CHECK-NEXT:    nn.mean_over %{{.*}} dims(1, -1) : tensor<?x?x4x?xf32> -> tensor<2x?xf32>
// CHECK-NEXT:    nn.max_over %{{.*}} dims(2) name("greatest") : tensor<?x?x4x?xf32> -> tensor<?x3x5xf32>
// INFER-LABEL: nn.sequential @over(
// INFER-SAME:    tensor<2x3x4x5xf32>
// INFER:         nn.mean_over {{.*}} -> tensor<2x4xf32>
// INFER:         nn.max_over {{.*}} -> tensor<2x3x5xf32>
nn.sequential @over(%x: tensor<?x?x4x?xf32>) -> (tensor<2x?xf32>, tensor<?x3x5xf32>) {
  %0 = nn.mean_over %x dims(1, -1) : tensor<?x?x4x?xf32> -> tensor<2x?xf32>
  %1 = nn.max_over %x name("greatest") dims(2) : tensor<?x?x4x?xf32> -> tensor<?x3x5xf32>
  nn.return %0, %1 : tensor<2x?xf32>, tensor<?x3x5xf32>
}
