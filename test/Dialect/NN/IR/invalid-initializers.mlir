// One case for every diagnostic about initialisers.
//
// RUN: nascent-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// Syntax
//===----------------------------------------------------------------------===//

// expected-error @+1 {{there is no attribute #nn.normall (did you mean 'normal'?)}}
nn.parameter @p : tensor<2x2xf32> init(#nn.normall<0.0, 1.0>)

// -----

// expected-error @+1 {{there is no attribute #nn.xavier (did you mean 'xavier_uniform'?)}}
nn.parameter @p : tensor<2x2xf32> init(#nn.xavier)

// -----

// expected-error @+1 {{there is no attribute #nn.capsule; there is #nn.zeros, #nn.ones, #nn.constant, #nn.uniform, #nn.normal, #nn.truncated_normal, #nn.xavier_uniform, #nn.xavier_normal, #nn.kaiming_uniform, #nn.kaiming_normal, #nn.lecun_uniform, #nn.lecun_normal, #nn.variance_scaling, #nn.identity, #nn.dirac, #nn.padded_normal, #nn.orthogonal, #nn.sparse, #nn.custom, #nn.sgd, #nn.adam, #nn.adamw, #nn.rmsprop, #nn.adagrad}}
nn.parameter @p : tensor<2x2xf32> init(#nn.capsule)

// -----

// expected-error @+1 {{#nn.normal lacks 'mean'; expected #nn.normal<mean, std>}}
nn.parameter @p : tensor<2x2xf32> init(#nn.normal)

// -----

// expected-error @+1 {{#nn.uniform lacks 'high'; expected #nn.uniform<low, high>}}
nn.parameter @p : tensor<2x2xf32> init(#nn.uniform<0>)

// -----

// expected-error @+1 {{#nn.truncated_normal has something else than its parameters; expected #nn.truncated_normal<mean, std, [lower = …], [upper = …]>}}
nn.parameter @p : tensor<2x2xf32> init(#nn.truncated_normal<0, 1, -2, 2>)

// -----

// expected-error @+1 {{#nn.sparse lacks 'sparsity'; expected #nn.sparse<sparsity = …, [std = …]>}}
nn.parameter @p : tensor<2x2xf32> init(#nn.sparse<std = 0.1>)

// -----

// expected-error @+1 {{#nn.xavier_uniform has no parameter 'gaim' (did you mean 'gain'?); expected #nn.xavier_uniform<[gain = …]>}}
nn.parameter @p : tensor<2x2xf32> init(#nn.xavier_uniform<gaim = 2.0>)

// -----

// expected-error @+1 {{parameter 'gain' is given twice}}
nn.parameter @p : tensor<2x2xf32> init(#nn.xavier_uniform<gain = 2.0, gain = 2.0>)

// -----

// expected-error @+1 {{expected ','}}
nn.parameter @p : tensor<2x2xf32> init(#nn.uniform<0 1>)

// -----

// expected-error @+1 {{expected floating point literal}}
nn.parameter @p : tensor<2xf32> init(#nn.constant<one>)

// -----

// expected-error @+1 {{expected a decimal number such as 1.5 or 1.0e-3, got 0x3F800000}}
nn.parameter @p : tensor<2xf32> init(#nn.constant<0x3F800000>)

// -----

// expected-error @+1 {{expected a decimal number such as 1.5 or 1.0e-3, got 12e}}
nn.parameter @p : tensor<2xf32> init(#nn.constant<12e>)

// -----

// expected-error @+1 {{expected a decimal number such as 1.5 or 1.0e-3, got 1e}}
nn.parameter @signs : tensor<2xf32> init(#nn.constant<1e+-3>)

// -----

// One error, and no number that is compared with the other.
// expected-error @+1 {{expected integer value}}
nn.parameter @power : tensor<2xf32> init(#nn.uniform<1e- , 0.0>)

// -----

// expected-error @+1 {{expected one '-' before a number}}
nn.parameter @p : tensor<2xf32> init(#nn.constant<--1>)

// -----

// expected-error @+1 {{expected a finite number}}
nn.parameter @p : tensor<2xf32> init(#nn.constant<10000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000>)

// -----

//===----------------------------------------------------------------------===//
// Numbers that make no distribution
//===----------------------------------------------------------------------===//

// -----

// expected-error @+1 {{mode must be fan_in or fan_out, got fan_avg}}
nn.parameter @p : tensor<2x2xf32> init(#nn.kaiming_uniform<mode = fan_avg>)

// -----

// expected-error @+1 {{a is the slope of leaky_relu, but nonlinearity is relu}}
nn.parameter @p : tensor<2x2xf32> init(#nn.kaiming_normal<a = 0.1, nonlinearity = relu>)

// -----

// expected-error @+1 {{expected one of [fan_in, fan_out, fan_avg] for which fan a variance is divided by, got: fan}}
nn.parameter @p : tensor<2x2xf32> init(#nn.kaiming_normal<mode = fan>)

// -----

// expected-error @+1 {{scale must be positive, got 0}}
nn.parameter @p : tensor<2x2xf32> init(#nn.variance_scaling<scale = 0.0>)

// -----

// expected-error @+1 {{scale must lie between -1e15 and 1e15, got 1.000000e+16}}
nn.parameter @p : tensor<2x2xf32> init(#nn.variance_scaling<scale = 1.0e16>)

// -----

// expected-error @+1 {{standard deviation must not be negative, got -1}}
nn.parameter @p : tensor<2x2xf32> init(#nn.truncated_normal<0.0, -1.0>)

// -----

// expected-error @+1 {{lower must be less than upper, got 2.000000e+00 and 1.000000e+00}}
nn.parameter @p : tensor<2x2xf32> init(#nn.truncated_normal<0.0, 1.0, lower = 2.0, upper = 1.0>)

// -----

// expected-error @+1 {{the bounds must hold at least 0.001 of the distribution, got}}
nn.parameter @p : tensor<2x2xf32> init(#nn.truncated_normal<0.0, 1.0, lower = 6.0, upper = 7.0>)

// -----

// expected-error @+1 {{a bound must be finite in f32, got}}
nn.parameter @p : tensor<2x2xf32> init(#nn.truncated_normal<0.0, 1.0e38, lower = -5.0, upper = 1.0>)

// -----

// expected-error @+1 {{gain must lie between -1e15 and 1e15, got 1.000000e+16}}
nn.parameter @p : tensor<2x2xf32> init(#nn.orthogonal<gain = 1.0e16>)

// -----

// expected-error @+1 {{sparsity must lie between 0 and 1, got 1.5}}
nn.parameter @p : tensor<2x2xf32> init(#nn.sparse<sparsity = 1.5>)

// -----

// expected-error @+1 {{standard deviation must not be negative, got -1}}
nn.parameter @p : tensor<2x2xf32> init(#nn.sparse<sparsity = 0.5, std = -1.0>)

// -----

// expected-error @+1 {{initialiser #nn.custom<@none> refers to @none, which is not an nn.initializer}}
nn.parameter @p : tensor<2x2xf32> init(#nn.custom<@none>)

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

// -----

// expected-error @+1 {{pattern '[a' is malformed: invalid glob pattern, unmatched '['}}
nn.sequential @malformed(%x: tensor<?x4xf32>) attributes {nn.init_rules = [#nn.init_rule<"[a", #nn.zeros>]} {
  nn.return
}

// -----

// expected-error @+1 {{attribute 'nn.init_rules' must be an array of #nn.init_rule, got #nn.zeros}}
nn.sequential @not_rules(%x: tensor<?x4xf32>) attributes {nn.init_rules = #nn.zeros} {
  nn.return
}

// -----

// expected-error @+1 {{attribute 'nn.default_init' must be an initialiser such as #nn.xavier_uniform, got 1.000000e+00 : f32}}
nn.sequential @not_an_init(%x: tensor<?x4xf32>) attributes {nn.default_init = 1.0 : f32} {
  nn.return
}

//===----------------------------------------------------------------------===//
// Custom initialisers
//===----------------------------------------------------------------------===//

// -----

nn.initializer @library(%row: i32, %column: i32) {
  %x = arith.sitofp %row : i32 to f32
  // expected-error @+1 {{is not allowed in an nn.initializer: its result may differ between targets; use addf, subf, mulf, divf, sqrt, absf, comparisons, select and integer operations other than division}}
  %y = math.exp %x : f32
  nn.yield %y
}

// -----

nn.initializer @fast(%row: i32, %column: i32) {
  %x = arith.sitofp %row : i32 to f32
  // expected-error @+1 {{must not have fast-math flags in an nn.initializer, whose results are exact}}
  %y = arith.addf %x, %x fastmath<contract> : f32
  nn.yield %y
}

// -----

nn.initializer @wide(%row: i32, %column: i32) {
  // expected-error @+1 {{must give f32, i32 or i1 in an nn.initializer, got 'i64'}}
  %x = arith.extui %row : i32 to i64
  %y = arith.sitofp %x : i64 to f32
  nn.yield %y
}

// -----

// expected-error @+1 {{takes no arguments, or the element's row and column as two i32, got ('index')}}
nn.initializer @arguments(%i: index) {
  %x = arith.constant 1.0 : f32
  nn.yield %x
}

// -----

nn.initializer @overflow(%row: i32, %column: i32) {
  %c = arith.constant 32 : i32
  // expected-error @+1 {{must not have overflow or exact flags in an nn.initializer, whose results are exact}}
  %x = arith.addi %row, %column overflow<nsw> : i32
  %y = arith.sitofp %x : i32 to f32
  nn.yield %y
}

// -----

nn.initializer @exact(%row: i32, %column: i32) {
  %c = arith.constant 32 : i32
  // expected-error @+1 {{must not have overflow or exact flags in an nn.initializer, whose results are exact}}
  %x = arith.shrui %row, %c exact : i32
  %y = arith.sitofp %x : i32 to f32
  nn.yield %y
}

// -----

nn.initializer @shift_by_variable(%row: i32, %column: i32) {
  %c = arith.constant 32 : i32
  // expected-error @+1 {{must shift by a constant less than the operand's width in an nn.initializer}}
  %x = arith.shli %row, %column : i32
  %y = arith.sitofp %x : i32 to f32
  nn.yield %y
}

// -----

nn.initializer @shift_too_far(%row: i32, %column: i32) {
  %c = arith.constant 32 : i32
  // expected-error @+1 {{must shift by a constant less than the operand's width in an nn.initializer}}
  %x = arith.shrsi %row, %c : i32
  %y = arith.sitofp %x : i32 to f32
  nn.yield %y
}

// -----

// expected-error @+1 {{expected a decimal number such as 1.5 or 1.0e-3, got 99999999999999999999x3}}
nn.parameter @p : tensor<2xf32> init(#nn.constant<99999999999999999999x3>)

// -----

// expected-error @+1 {{row must not be negative, got -1}}
nn.parameter @p : tensor<2x2xf32> init(#nn.padded_normal<0.0, 1.0, row = -1>)

// -----

// expected-error @+1 {{standard deviation must not be negative, got -1.000000e+00}}
nn.parameter @p : tensor<2x2xf32> init(#nn.padded_normal<0.0, -1.0, row = 0>)

// -----

// expected-error @+1 {{#nn.ones has no arguments}}
nn.parameter @p : tensor<2xf32> init(#nn.ones<2>)

// -----

// expected-error @+1 {{#nn.zeros has no arguments}}
nn.parameter @p : tensor<2xf32> init(#nn.zeros<"x">)
