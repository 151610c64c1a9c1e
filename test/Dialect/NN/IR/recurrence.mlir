// RUN: nascent-opt %s --verify-roundtrip | FileCheck %s

// CHECK-LABEL: func.func @plain(
// CHECK-NEXT:    nn.recurrence steps(%{{.*}} : tensor<?x9x4xf32>) weight(%{{.*}} : tensor<4x4xf32>) bias(%{{.*}} : tensor<4xf32>) -> tensor<?x9x4xf32>, tensor<?x4xf32>, tensor<?x4xf32> {
// CHECK-NEXT:    ^bb0(%[[IN:.*]]: f32, %[[SUM:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[NEXT:.*]] = arith.addf %[[IN]], %[[SUM]] : f32
// CHECK-NEXT:      nn.recurrence_yield %[[NEXT]] : f32
func.func @plain(%x: tensor<?x9x4xf32>, %w: tensor<4x4xf32>, %b: tensor<4xf32>) {
  %0:3 = nn.recurrence steps(%x : tensor<?x9x4xf32>) weight(%w : tensor<4x4xf32>) bias(%b : tensor<4xf32>) -> tensor<?x9x4xf32>, tensor<?x4xf32>, tensor<?x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    %1 = arith.addf %in, %sum : f32
    nn.recurrence_yield %1 : f32
  }
  return
}

// CHECK-LABEL: func.func @clauses(
// CHECK-NEXT:    nn.recurrence steps({{.*}}) weight({{.*}} : tensor<8x4xbf16>) reverse last attributes {note} -> tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x8xf32> {
func.func @clauses(%x: tensor<2x9x8xf32>, %w: tensor<8x4xbf16>) {
  %0:3 = nn.recurrence steps(%x : tensor<2x9x8xf32>) weight(%w : tensor<8x4xbf16>) reverse last attributes {note} -> tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x8xf32> {
  ^bb0(%in: f32, %in1: f32, %sum: f32, %sum1: f32, %state: f32, %state1: f32):
    nn.recurrence_yield %sum, %sum1 : f32, f32
  }
  return
}

// CHECK-LABEL: func.func @begins(
// CHECK-NEXT:    nn.recurrence steps({{.*}}) weight({{.*}}) initial(%{{.*}}, %{{.*}} : tensor<2x4xf32>, tensor<2x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x8xf32> {
func.func @begins(%x: tensor<2x9x8xf32>, %w: tensor<8x4xf32>, %h: tensor<2x4xf32>, %c: tensor<2x4xf32>) {
  %0:3 = nn.recurrence steps(%x : tensor<2x9x8xf32>) weight(%w : tensor<8x4xf32>) initial(%h, %c : tensor<2x4xf32>, tensor<2x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32>, tensor<2x8xf32> {
  ^bb0(%in: f32, %in1: f32, %sum: f32, %sum1: f32, %state: f32, %state1: f32):
    nn.recurrence_yield %sum, %sum1 : f32, f32
  }
  return
}

// CHECK-LABEL: func.func @halves(
// CHECK-NEXT:    nn.recurrence steps({{.*}}) weight({{.*}}) reverse twice -> tensor<2x9x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
func.func @halves(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  %0:3 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) reverse twice -> tensor<2x9x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32, %half: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// Backwards: of each unit there is one sum, and a first state for each gate; the other
// one has three values. All are seen after each step.
// CHECK-LABEL: func.func @backwards(
// CHECK-NEXT:    nn.recurrence steps(%{{.*}}, %{{.*}} : tensor<2x9x8xf32>, tensor<2x9x4xf32>) weight(%{{.*}} : tensor<8x4xf32>) transposed reverse all -> tensor<2x9x8xf32>, tensor<2x9x12xf32>, tensor<2x8xf32>, tensor<2x12xf32>, tensor<2x4xf32> {
func.func @backwards(%x: tensor<2x9x8xf32>, %y: tensor<2x9x4xf32>, %w: tensor<8x4xf32>) {
  %0:5 = nn.recurrence steps(%x, %y : tensor<2x9x8xf32>, tensor<2x9x4xf32>) weight(%w : tensor<8x4xf32>) transposed reverse all -> tensor<2x9x8xf32>, tensor<2x9x12xf32>, tensor<2x8xf32>, tensor<2x12xf32>, tensor<2x4xf32> {
  ^bb0(%x0: f32, %x1: f32, %y0: f32, %sum: f32, %s0: f32, %s1: f32, %t0: f32, %t1: f32, %t2: f32):
    nn.recurrence_yield %x0, %x1, %sum, %t0, %t1 : f32, f32, f32, f32, f32
  }
  return
}
