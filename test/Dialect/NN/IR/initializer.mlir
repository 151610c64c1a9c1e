// Initialisers that users write, and how layers call them.
//
// RUN: nascent-opt %s --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --emit-bytecode | nascent-opt | FileCheck %s
// Two draws with the same operands stay two.
// RUN: nascent-opt %s --canonicalize --cse | FileCheck %s --check-prefix=DRAWS

// CHECK-LABEL: nn.initializer @sum {
// CHECK:         %[[LOW:.*]] = arith.constant -1.000000e+00 : f32
// CHECK:         %[[HIGH:.*]] = arith.constant 1.000000e+00 : f32
// CHECK-NEXT:    %[[A:.*]] = nn.uniform_draw %[[LOW]], %[[HIGH]]
// CHECK-NEXT:    %[[B:.*]] = nn.uniform_draw %[[LOW]], %[[HIGH]]
// CHECK-NEXT:    %[[C:.*]] = nn.normal_draw %[[LOW]], %[[HIGH]]
// CHECK:         nn.yield %{{.*}}
// DRAWS-LABEL: nn.initializer @sum {
// DRAWS-COUNT-2: nn.uniform_draw
// DRAWS:         nn.normal_draw
nn.initializer @sum {
  %low = arith.constant -1.0 : f32
  %high = arith.constant 1.0 : f32
  %a = nn.uniform_draw %low, %high
  %b = nn.uniform_draw %low, %high
  %c = nn.normal_draw %low, %high
  %ab = arith.addf %a, %b : f32
  %abc = arith.addf %ab, %c : f32
  nn.yield %abc
}

// CHECK-LABEL: nn.initializer private @place(%{{.*}}: i32, %{{.*}}: i32) attributes {note = "x"} {
nn.initializer private @place(%row: i32, %column: i32) attributes {note = "x"} {
  %same = arith.cmpi eq, %row, %column : i32
  %one = arith.constant 1.0 : f32
  %two = arith.constant 2.0 : f32
  %value = arith.select %same, %one, %two : f32
  nn.yield %value
}

// CHECK-LABEL: nn.sequential @net(
// CHECK-SAME:    attributes {nn.default_bias_init = #nn.zeros, nn.default_init = #nn.custom<@sum>, nn.init_rules = [#nn.init_rule<"*.weight", #nn.custom<@place>>]}
// CHECK:         nn.dense %{{.*}}, 4 init(@sum) bias_init(@place) :
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {
    nn.default_init = #nn.custom<@sum>, nn.default_bias_init = #nn.zeros,
    nn.init_rules = [#nn.init_rule<"*.weight", #nn.custom<@place>>]} {
  %0 = nn.dense %x, 4 init(#nn.custom<@sum>) bias_init(@place) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
