// RUN: nascent-opt %s --split-input-file --verify-diagnostics

// expected-error @+1 {{learning_rate must be 0 or more, and finite in f32, got -1.000000e-01}}
module attributes {o = #nn.sgd<learning_rate = -0.1>} {}

// -----

// expected-error @+1 {{momentum must be 0 or more, and finite in f32, got 1.000000e+39}}
module attributes {o = #nn.sgd<momentum = 1.0e39>} {}

// -----

// expected-error @+1 {{nesterov needs a momentum, got 0}}
module attributes {o = #nn.sgd<nesterov = true>} {}

// -----

// expected-error @+1 {{beta1 must be 0 or more, and below 1, got 1.000000e+00}}
module attributes {o = #nn.adam<beta1 = 1.0>} {}

// -----

// Below 1, but not in f32.
// expected-error @+1 {{beta2 must be 0 or more, and below 1, got 1.000000e+00}}
module attributes {o = #nn.adamw<beta2 = 0.9999999999>} {}

// -----

// expected-error @+1 {{epsilon must be 0 or more, and finite in f32, got -1.000000e-08}}
module attributes {o = #nn.adam<epsilon = -1.0e-8>} {}

// -----

// expected-error @+1 {{alpha must be 0 or more, and below 1, got -5.000000e-01}}
module attributes {o = #nn.rmsprop<alpha = -0.5>} {}

// -----

// expected-error @+1 {{learning_rate_decay must be 0 or more, and finite in f32, got -1.000000e+00}}
module attributes {o = #nn.adagrad<learning_rate_decay = -1.0>} {}

// -----

// expected-error @+1 {{#nn.adam has no parameter 'rho'; expected #nn.adam<[learning_rate = …], [beta1 = …], [beta2 = …], [epsilon = …], [weight_decay = …]>}}
module attributes {o = #nn.adam<rho = 0.5>} {}
