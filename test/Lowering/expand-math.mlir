// No function of a mathematical library is left: the object has no undefined
// symbol.
//
// RUN: sed s/FMA/true/ %s | nascent-opt --nascent-expand-math --verify-roundtrip | FileCheck %s --check-prefixes=CHECK,FUSED
// RUN: sed s/FMA/false/ %s | nascent-opt --nascent-expand-math | FileCheck %s --check-prefixes=CHECK,SPLIT
// RUN: sed -e s/FMA/true/ -e 's/triple = ""/triple = "x86_64-linux-gnu"/' %s | nascent-opt --nascent-expand-math | FileCheck %s --check-prefixes=CHECK,FUSED,BITS

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

// Of what is at most 1, log(1 + t) is a polynomial, without a quotient.
// CHECK-LABEL:   func.func @bend(
// CHECK-NOT:       math.log1p
// CHECK-NOT:       arith.divf
// CHECK:           return
func.func @bend(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.absf %x : vector<8xf32>
  %1 = arith.negf %0 : vector<8xf32>
  %2 = math.exp %1 : vector<8xf32>
  %3 = math.log1p %2 : vector<8xf32>
  return %3 : vector<8xf32>
}

// On x86 the bits of x, within [-1, 1], bound the quotient's. Elsewhere that is
// clamped, and the square before it.
// CHECK-LABEL:   func.func @bounded(
// CHECK-SAME:      %[[X:.*]]: vector<8xf32>)
// CHECK-NEXT:      %[[SQUARE:.*]] = arith.mulf %[[X]], %[[X]]
// BITS-NEXT:       arith.mulf %[[SQUARE]], %[[SQUARE]]
// CHECK:           %[[QUOTIENT:.*]] = arith.divf
// BITS:            arith.cmpf olt, %[[X]]
// BITS:            arith.cmpf ogt
// BITS-NEXT:       %[[BOUND:.*]] = arith.select
// BITS-NEXT:       %[[BOUND_BITS:.*]] = arith.bitcast %[[BOUND]]
// BITS-NEXT:       %[[BITS:.*]] = arith.bitcast %[[QUOTIENT]]
// BITS-NEXT:       %[[LEAST:.*]] = arith.minui %[[BITS]], %[[BOUND_BITS]]
// BITS-NEXT:       %[[RESULT:.*]] = arith.bitcast %[[LEAST]]
// BITS-NEXT:       return %[[RESULT]]
// SPLIT:           arith.cmpf olt, %[[QUOTIENT]]
// SPLIT-NOT:       arith.minui
func.func @bounded(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.tanh %x : vector<8xf32>
  return %0 : vector<8xf32>
}

// 1 / (1 + e⁻ˣ) that may be approximate is one quotient of polynomials. ln 2 has
// two parts where products are rounded.
// CHECK-LABEL: func.func @logistic(
// CHECK-NOT:     arith.negf %arg
// FUSED:         arith.constant dense<0.693147182>
// SPLIT:         arith.constant dense<0.693359375>
// SPLIT:         arith.constant dense<-2.12194442E-4>
// CHECK:         %[[SUM:.*]] = arith.divf
// CHECK-NEXT:    return %[[SUM]]
func.func @logistic(%x: vector<8xf32>) -> vector<8xf32> {
  %scalar = arith.constant 1.0 : f32
  %one = vector.broadcast %scalar : f32 to vector<8xf32>
  %0 = arith.negf %x : vector<8xf32>
  %1 = math.exp %0 fastmath<afn> : vector<8xf32>
  %2 = arith.addf %1, %one : vector<8xf32>
  %3 = arith.divf %one, %2 fastmath<afn> : vector<8xf32>
  return %3 : vector<8xf32>
}

// One that may not, is computed as it is written.
// CHECK-LABEL: func.func @exact(
// CHECK:         %[[ONE:.*]] = arith.constant 1.0
// CHECK:         arith.negf %arg0
// CHECK:         %[[SUM:.*]] = arith.addf %{{.*}}, %[[ONE]] : f32
// CHECK-NEXT:    arith.divf %[[ONE]], %[[SUM]]
func.func @exact(%x: f32) -> f32 {
  %one = arith.constant 1.0 : f32
  %0 = arith.negf %x : f32
  %1 = math.exp %0 : f32
  %2 = arith.addf %1, %one : f32
  %3 = arith.divf %one, %2 : f32
  return %3 : f32
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
