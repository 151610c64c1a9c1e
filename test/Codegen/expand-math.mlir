// No function of a mathematical library is left: the object has no undefined
// symbol.
//
// RUN: sed s/FMA/true/ %s | nascent-opt --nascent-expand-math --verify-roundtrip | FileCheck %s --check-prefixes=CHECK,FUSED
// RUN: sed s/FMA/false/ %s | nascent-opt --nascent-expand-math | FileCheck %s --check-prefixes=CHECK,SPLIT

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 256, registers = 16, fma = FMA>} {

// A fused multiply-add that the machine has stays one; another would be a call.
// FUSED: math.fma
// SPLIT-NOT: math.fma

// CHECK-NOT: math.exp
// CHECK-NOT: math.expm1
// CHECK-NOT: math.log
// CHECK-NOT: math.tanh
// CHECK-NOT: math.erf
// CHECK-LABEL: func.func @scalars(
// CHECK-NOT: math.exp
// CHECK-NOT: math.expm1
// CHECK-NOT: math.log
// CHECK-NOT: math.tanh
// CHECK-NOT: math.erf
func.func @vectors(%x: vector<8xf32>) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>) {
  %0 = math.exp %x : vector<8xf32>
  %1 = math.expm1 %x : vector<8xf32>
  %2 = math.log %x : vector<8xf32>
  %3 = math.tanh %x : vector<8xf32>
  %4 = math.erf %x : vector<8xf32>
  return %0, %1, %2, %3, %4 : vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>, vector<8xf32>
}
func.func @scalars(%x: f32) -> (f32, f32, f32, f32, f32) {
  %0 = math.exp %x : f32
  %1 = math.expm1 %x : f32
  %2 = math.log %x : f32
  %3 = math.tanh %x : f32
  %4 = math.erf %x : f32
  return %0, %1, %2, %3, %4 : f32, f32, f32, f32, f32
}

// A square root is an instruction.
// CHECK-LABEL: func.func @root(
// CHECK-NEXT:    math.sqrt
func.func @root(%x: f32) -> f32 {
  %0 = math.sqrt %x : f32
  return %0 : f32
}

// Other types are not ours.
// CHECK-LABEL: func.func @foreign(
// CHECK-NEXT:    math.exp %{{.*}} : f64
// CHECK-NEXT:    math.expm1 %{{.*}} : tensor<4xf32>
// CHECK-NEXT:    math.exp %{{.*}} : vector<[4]xf32>
func.func @foreign(%x: f64, %t: tensor<4xf32>, %v: vector<[4]xf32>) -> (f64, tensor<4xf32>, vector<[4]xf32>) {
  %0 = math.exp %x : f64
  %1 = math.expm1 %t : tensor<4xf32>
  %2 = math.exp %v : vector<[4]xf32>
  return %0, %1, %2 : f64, tensor<4xf32>, vector<[4]xf32>
}

}
