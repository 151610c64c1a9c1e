// RUN: nascent-opt %s --nn-materialize-parameters --split-input-file --verify-diagnostics

// expected-error @+1 {{the rule for '*.wieght' matches no parameter; there are '0.weight', '0.bias'}}
nn.sequential @misspelt(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.init_rules = [#nn.init_rule<"*.wieght", #nn.zeros>]} {
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// expected-error @+1 {{the rule for '*' matches no parameter; there are none}}
nn.sequential @nothing(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.init_rules = [#nn.init_rule<"*", #nn.zeros>]} {
  %0 = nn.relu %x : tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

nn.sequential @no_such_initializer(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{initialiser #nn.custom<@none> refers to @none, which is not an nn.initializer}}
  %0 = nn.dense %x, 4 init(@none) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// What has its parameter has its initialiser.
nn.parameter @settled.0.weight : tensor<4x4xf32> init(#nn.ones)
// expected-error @+1 {{the rule for '*.weight' matches no parameter; there are none}}
nn.sequential @settled(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {nn.init_rules = [#nn.init_rule<"*.weight", #nn.zeros>]} {
  %0 = nn.dense %x, 4 no_bias weight(@settled.0.weight) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}
