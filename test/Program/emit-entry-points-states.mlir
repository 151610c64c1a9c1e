// RUN: nascent-opt %s --nascent-emit-entry-points --canonicalize --split-input-file --verify-diagnostics | FileCheck %s

// What is read of the state is on one side, and what is written on the other, which is
// next.
// CHECK-LABEL: func.func @net_forward(
// CHECK-SAME:    %[[P:.*]]: memref<128xi8>, %[[X:.*]]: memref<2x4xf32>, %[[Y:.*]]: memref<2x8xf32>, %[[STATE:.*]]: memref<448xi8>, %[[S:.*]]: memref<64xi8>)
// CHECK-SAME:    nn.state_bytes = 448
// CHECK-DAG:     %[[FIRST:.*]] = arith.constant 64 : index
// CHECK-DAG:     %[[SECOND:.*]] = arith.constant 256 : index
// CHECK:         %[[WORD:.*]] = memref.view %[[STATE]][%c0][] : memref<448xi8> to memref<112xi32>
// CHECK:         %[[NUMBER:.*]] = memref.load %[[WORD]][%c0]
// CHECK:         %[[SIDE:.*]] = arith.andi %[[NUMBER]], %c1_i32
// CHECK:         %[[READ:.*]] = arith.select %[[IS:.*]], %[[SECOND]], %[[FIRST]] : index
// CHECK:         %[[WRITTEN:.*]] = arith.select %[[IS]], %[[FIRST]], %[[SECOND]] : index
// CHECK:         %[[R0:.*]] = memref.view %[[STATE]][%[[READ]]][] : memref<448xi8> to memref<2x3xf32>
// CHECK:         %[[R1AT:.*]] = arith.addi %[[READ]], %{{.*}}
// CHECK:         %[[R1:.*]] = memref.view %[[STATE]][%[[R1AT]]][] : memref<448xi8> to memref<2x10xf32>
// CHECK:         %[[W0:.*]] = memref.view %[[STATE]][%[[WRITTEN]]][] : memref<448xi8> to memref<2x3xf32>
// CHECK:         %[[W1:.*]] = memref.view %[[STATE]]
// CHECK:         call @net.forward(%[[P]], %[[X]], %[[R0]], %[[R1]], %[[Y]], %[[W0]], %[[W1]], %[[S]])
// CHECK:         %[[OTHER:.*]] = arith.xori %[[SIDE]], %c1_i32
// CHECK:         memref.store %[[OTHER]], %[[WORD]]
func.func private @net.forward(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<2x3xf32> {nn.role = #nn.role<input>}, memref<2x10xf32> {nn.role = #nn.role<input>}, memref<2x8xf32> {nn.role = #nn.role<output>}, memref<2x3xf32> {nn.role = #nn.role<output>}, memref<2x10xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64, nn.states = 2 : i64}

// -----

// A ring is there once: it is read and written at the place where it goes on, and what
// is new is copied to its other place.
// CHECK-LABEL: func.func @net_forward(
// CHECK-SAME:    %[[P:[^ ]*]]: memref<128xi8>, %[[X:[^ ]*]]: memref<1x2x4xf32>, %[[Y:[^ ]*]]: memref<1x2x8xf32>, %[[STATE:[^ ]*]]: memref<512xi8>,
// CHECK-SAME:    nn.state_bytes = 512
// CHECK:         %[[WORDS:.*]] = memref.view %[[STATE]][%c0][] : memref<512xi8> to memref<128xi32>
// CHECK:         %[[WORD:.*]] = memref.load %[[WORDS]][%c16]
// CHECK:         %[[PLACE:.*]] = arith.minui %[[WORD]], %c11_i32
// CHECK:         %[[FIRST:.*]] = arith.index_cast %[[PLACE]]
// CHECK:         %[[BYTES:.*]] = arith.muli %[[FIRST]], %c16
// CHECK:         %[[AT:.*]] = arith.addi %[[BYTES]], %c128
// CHECK:         memref.view %[[STATE]][%[[AT]]][] : memref<512xi8> to memref<1x8x4xf32>
// CHECK:         memref.view %[[STATE]][%{{.*}}][] : memref<512xi8> to memref<1x10x4xf32>
// CHECK:         call @net.forward(
// CHECK:         %[[FROM:.*]] = arith.addi %[[FIRST]], %c8
// CHECK:         %[[TO:.*]] = arith.addi %[[FIRST]], %c10
// CHECK:         scf.for %[[STEP:.*]] = %[[FROM]] to %[[TO]]
// CHECK:           scf.for
// CHECK:             %[[COPIED:.*]] = memref.load %[[WORDS]]
// CHECK:             memref.store %[[COPIED]], %[[WORDS]]
// CHECK:         %[[NEXT:.*]] = arith.addi %[[FIRST]], %c2
// CHECK:         memref.store %{{.*}}, %[[WORDS]][%c16]
// CHECK:         memref.store %{{.*}}, %[[WORDS]][%c0]
func.func private @net.forward(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<1x2x4xf32> {nn.role = #nn.role<input>}, memref<1x8x4xf32> {nn.role = #nn.role<input>}, memref<1x2x8xf32> {nn.role = #nn.role<output>}, memref<1x10x4xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64, nn.states = 1 : i64, nn.ring_steps = 4 : i64}

// -----

// expected-error@below {{keeps 3 states, but has 1 inputs and 1 outputs}}
func.func private @net.forward(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<2x8xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64, nn.states = 3 : i64}

// -----

// expected-error@below {{keeps a state that it reads as 'memref<2x4xf32>' and writes as 'memref<2x8xf32>'; expected one type, of known sizes}}
func.func private @net.forward(memref<128xi8> {nn.role = #nn.role<parameters>}, memref<2x4xf32> {nn.role = #nn.role<input>}, memref<2x8xf32> {nn.role = #nn.role<output>}, memref<64xi8> {nn.role = #nn.role<scratch>})
  attributes {nn.network = "net", nn.parameter_bytes = 128 : i64, nn.scratch_bytes = 64 : i64, nn.states = 1 : i64}
