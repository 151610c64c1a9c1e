// Which initialiser a parameter gets: the layer's own, the last matching rule's,
// the network's default, the profile's.
//
// RUN: nascent-opt %s --nn-materialize-parameters | FileCheck %s --check-prefixes=CHECK,TORCH
// RUN: nascent-opt %s --nn-materialize-parameters=init-profile=keras | FileCheck %s --check-prefixes=CHECK,KERAS
// RUN: nascent-opt %s --nn-materialize-parameters=init-profile=gluon | FileCheck %s --check-prefixes=CHECK,GLUON
// RUN: nascent-opt %s --nn-materialize-parameters=init-profile=flax | FileCheck %s --check-prefixes=CHECK,FLAX
// RUN: nascent-opt %s --nn-materialize-parameters=init-profile=paddle | FileCheck %s --check-prefixes=CHECK,PADDLE
// RUN: nascent-opt %s '--nn-materialize-parameters=init=none:0.*=#nn.ones,rules:*.bias=#nn.zeros,*.weight=@own' \
// RUN:   | FileCheck %s --check-prefix=OPTION

nn.initializer @own {
  %value = arith.constant 0.5 : f32
  nn.yield %value
}

// CHECK:       nn.parameter @none.0.weight
// TORCH-SAME:    init(#nn.kaiming_uniform<a = 2.23606797749979>)
// KERAS-SAME:    init(#nn.xavier_uniform)
// GLUON-SAME:    init(#nn.uniform<-0.07, 0.07>)
// FLAX-SAME:     init(#nn.lecun_normal)
// PADDLE-SAME:   init(#nn.xavier_uniform)
// CHECK:       nn.parameter @none.0.bias
// TORCH-SAME:    init(#nn.kaiming_uniform<a = 2.23606797749979>)
// KERAS-SAME:    init(#nn.zeros)
// GLUON-SAME:    init(#nn.zeros)
// FLAX-SAME:     init(#nn.zeros)
// PADDLE-SAME:   init(#nn.zeros)
// OPTION:      nn.parameter @none.0.weight : tensor<8x4xf32> init(#nn.custom<@own>)
// OPTION:      nn.parameter @none.0.bias : tensor<8xf32> init(#nn.ones)
nn.sequential @none(%x: tensor<?x4xf32>) -> tensor<?x8xf32> {
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return %0 : tensor<?x8xf32>
}

// Defaults are for weights and for biases; a layer's own word stands.
// CHECK:       nn.parameter @defaults.0.weight : tensor<8x4xf32> init(#nn.normal<0.0, 0.01>)
// CHECK:       nn.parameter @defaults.0.bias : tensor<8xf32> init(#nn.constant<1.0>)
// CHECK:       nn.parameter @defaults.1.weight : tensor<8x8xf32> init(#nn.ones)
// CHECK:       nn.parameter @defaults.1.bias : tensor<8xf32> init(#nn.constant<1.0>)
// CHECK-LABEL: nn.sequential @defaults(
// CHECK-NOT:     attributes
nn.sequential @defaults(%x: tensor<?x4xf32>) -> tensor<?x8xf32> attributes {
    nn.default_init = #nn.normal<0.0, 0.01>,
    nn.default_bias_init = #nn.constant<1.0>} {
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  %1 = nn.dense %0, 8 init(#nn.ones) : tensor<?x8xf32> -> tensor<?x8xf32>
  nn.return %1 : tensor<?x8xf32>
}

// A slope is no weight: it begins as PyTorch's in all profiles, unless the layer
// or a rule says something else.
// CHECK:       nn.parameter @slopes.0.weight : tensor<1xf32> init(#nn.constant<0.25>)
// CHECK:       nn.parameter @slopes.1.weight : tensor<4xf32> init(#nn.ones)
// OPTION:      nn.parameter @slopes.0.weight : tensor<1xf32> init(#nn.custom<@own>)
nn.sequential @slopes(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {
    nn.default_init = #nn.xavier_uniform} {
  %0 = nn.prelu %x : tensor<?x4xf32>
  %1 = nn.prelu %0 per_channel init(#nn.ones) : tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// The book's: Xavier on the first layer, 42 on the third, N(0, 0.01) elsewhere.
// CHECK:       nn.parameter @rules.0.weight : tensor<8x4xf32> init(#nn.xavier_uniform)
// CHECK:       nn.parameter @rules.0.bias : tensor<8xf32> init(#nn.zeros)
// CHECK:       nn.parameter @rules.1.weight : tensor<8x8xf32> init(#nn.normal<0.0, 0.01>)
// CHECK:       nn.parameter @rules.2.weight : tensor<8x8xf32> init(#nn.constant<42.0>)
// CHECK:       nn.parameter @rules.3.weight : tensor<8x8xf32> init(#nn.custom<@own>)
// OPTION:      nn.parameter @rules.0.weight : tensor<8x4xf32> init(#nn.custom<@own>)
// OPTION:      nn.parameter @rules.0.bias : tensor<8xf32> init(#nn.zeros)
// OPTION:      nn.parameter @rules.1.weight : tensor<8x8xf32> init(#nn.custom<@own>)
// OPTION:      nn.parameter @rules.1.bias : tensor<8xf32> init(#nn.zeros)
nn.sequential @rules(%x: tensor<?x4xf32>) -> tensor<?x8xf32> attributes {
    nn.default_bias_init = #nn.zeros,
    nn.init_rules = [#nn.init_rule<"*.weight", #nn.normal<0.0, 0.01>>,
                     #nn.init_rule<"0.weight", #nn.xavier_uniform>,
                     #nn.init_rule<"[23].weight", #nn.constant<42.0>>]} {
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  %1 = nn.dense %0, 8 : tensor<?x8xf32> -> tensor<?x8xf32>
  %2 = nn.dense %1, 8 : tensor<?x8xf32> -> tensor<?x8xf32>
  %3 = nn.dense %2, 8 init(@own) : tensor<?x8xf32> -> tensor<?x8xf32>
  nn.return %3 : tensor<?x8xf32>
}

// A parameter has as many names as layers use it; tied layers may come first.
// CHECK:       nn.parameter @aliases.one.weight : tensor<4x4xf32> init(#nn.ones)
// CHECK:       nn.parameter @aliases.one.bias : tensor<4xf32> init(#nn.constant<3.0>)
nn.sequential @aliases(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {
    nn.init_rules = [#nn.init_rule<"one.*", #nn.zeros>,
                     #nn.init_rule<"two.weight", #nn.ones>,
                     #nn.init_rule<"three.bias", #nn.constant<3.0>>]} {
  %0 = nn.dense %x, 4 name("three") tie("two") : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 4 name("one") : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = nn.dense %1, 4 name("two") tie("one") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %2 : tensor<?x4xf32>
}
