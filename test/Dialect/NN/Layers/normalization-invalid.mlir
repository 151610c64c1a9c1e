// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @batch_rank(%x: tensor<6xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 to 5, got rank 1}}
  %0 = nn.batch_norm %x : tensor<6xf32>
  nn.return
}

// -----

nn.sequential @output_rank(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{layer '0' expects an output of the input's rank 2, got rank 3}}
  %0 = nn.batch_norm %x : tensor<2x6xf32> -> tensor<2x6x1xf32>
  nn.return
}

// -----

nn.sequential @negative_epsilon(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{attribute 'eps' failed to satisfy constraint: a number of f64 that is not negative, and finite in f32}}
  %0 = nn.batch_norm %x eps(-1.0e-5) : tensor<2x6xf32>
  nn.return
}

// -----

nn.sequential @negative_momentum(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{attribute 'momentum' failed to satisfy constraint: a number of f64 from 0 to 1}}
  %0 = nn.batch_norm %x momentum(-1.0e-17) : tensor<2x6xf32>
  nn.return
}

// -----

nn.sequential @large_momentum(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{attribute 'momentum' failed to satisfy constraint: a number of f64 from 0 to 1}}
  %0 = nn.batch_norm %x momentum(2.0) : tensor<2x6xf32>
  nn.return
}

// -----

// expected-note @+1 {{5 comes from the type of parameter 'mean'}}
nn.parameter @mean : tensor<5xf32> init(#nn.zeros)
nn.parameter @variance : tensor<?xf32> init(#nn.zeros)
// expected-note @+1 {{6 comes from input 0 of network 'channels'}}
nn.sequential @channels(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{layer '0' expects length of its parameters 6, got 5}}
  %0 = nn.batch_norm %x no_affine running_mean(@mean) running_var(@variance) : tensor<2x6xf32>
  nn.return
}

// -----

nn.sequential @init_without_weight(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{layer '0' has 'no_affine' and 'init'; drop one}}
  %0 = nn.batch_norm %x no_affine init(#nn.zeros) : tensor<2x6xf32>
  nn.return
}

// -----

nn.sequential @init_without_bias(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{layer '0' has 'no_bias' and 'bias_init'; drop one}}
  %0 = nn.layer_norm %x no_bias bias_init(#nn.zeros) : tensor<2x6xf32>
  nn.return
}

// -----

nn.sequential @init_without_affine(%x: tensor<2x6x4xf32>) {
  // expected-error @+1 {{layer '0' has 'bias_init', but not 'affine', without which it has no bias; state both or neither}}
  %0 = nn.instance_norm %x bias_init(#nn.zeros) : tensor<2x6x4xf32>
  nn.return
}

// -----

nn.parameter @mean : tensor<6xf32> init(#nn.zeros)
nn.sequential @half_of_statistics(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{layer '0' refers to its running_mean, but not to its running_var; it must refer to all of its parameters, or to none}}
  %0 = nn.batch_norm %x no_affine running_mean(@mean) : tensor<2x6xf32>
  nn.return
}

// -----

nn.sequential @layer_rank(%x: tensor<6xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more, got rank 1}}
  %0 = nn.layer_norm %x : tensor<6xf32>
  nn.return
}

// -----

nn.sequential @all_dims(%x: tensor<2x6x4xf32>) {
  // expected-error @+1 {{layer '0' expects 'dims' from 1 to 2 for an input of rank 3, whose first dimension is the batch, got 3}}
  %0 = nn.layer_norm %x dims(3) : tensor<2x6x4xf32>
  nn.return
}

// -----

nn.sequential @negative_dims(%x: tensor<2x6x4xf32>) {
  // expected-error @+1 {{layer '0' expects 'dims' from 1 to 2 for an input of rank 3, whose first dimension is the batch, got -1}}
  %0 = nn.layer_norm %x dims(-1) : tensor<2x6x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @weight : tensor<4xf32> init(#nn.zeros)
nn.parameter @bias : tensor<5xf32> init(#nn.zeros)
nn.sequential @rank_of_weight(%x: tensor<2x6x4xf32>) {
  // expected-error @+1 {{layer '0' expects @weight to have rank 2, got 'tensor<4xf32>'}}
  %0 = nn.layer_norm %x dims(2) weight(@weight) bias(@bias) : tensor<2x6x4xf32>
  nn.return
}

// -----

nn.sequential @no_groups(%x: tensor<2x6x4xf32>) {
  // expected-error @+1 {{needs its groups, as in 'nn.group_norm %x, 256'}}
  %0 = nn.group_norm %x : tensor<2x6x4xf32>
  nn.return
}

// -----

nn.sequential @zero_groups(%x: tensor<2x6x4xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 group, got 0}}
  %0 = nn.group_norm %x, 0 : tensor<2x6x4xf32>
  nn.return
}

// -----

nn.sequential @group_rank(%x: tensor<6xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more, got rank 1}}
  %0 = nn.group_norm %x, 2 : tensor<6xf32>
  nn.return
}

// -----

// expected-note @+1 {{6 comes from input 0 of network 'groups'}}
nn.sequential @groups(%x: tensor<2x6x4xf32>) {
  // expected-error @+1 {{layer '0' expects channels that are a multiple of its 4 groups, got 6}}
  %0 = nn.group_norm %x, 4 : tensor<2x6x4xf32>
  nn.return
}

// -----

nn.sequential @instance_rank(%x: tensor<2x6xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 3 to 5, got rank 2}}
  %0 = nn.instance_norm %x : tensor<2x6xf32>
  nn.return
}
