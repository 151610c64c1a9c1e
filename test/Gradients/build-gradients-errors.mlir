// RUN: nascent-opt %s --split-input-file --verify-diagnostics --nascent-build-gradients

// expected-error @+1 {{is to be trained, so it must have a body that computes one loss, of type tensor<1xf32>; run convert-nn-to-linalg first}}
func.func private @two.gradients.forward(%x: tensor<2xf32>) -> tensor<2xf32> attributes {nn.training = "gradients"} {
  return %x : tensor<2xf32>
}

// -----

// expected-error @+1 {{is to be trained, so it must have a body}}
func.func private @declared.loss.forward(tensor<2xf32>) -> tensor<1xf32> attributes {nn.training = "loss"}

// -----

// A root of more bits than f32 has no rule; which layer it is of is said.
nn.parameter @net.b : tensor<1xf32> init(#nn.zeros) offset(0)
func.func private @net.gradients.forward() -> tensor<1xf32> attributes {nn.training = "gradients"} {
  %b = nn.load_parameter @net.b : tensor<1xf32>
  %space = tensor.empty() : tensor<1xf32>
  %y = linalg.generic {indexing_maps = [affine_map<(d0) -> (d0)>, affine_map<(d0) -> (d0)>], iterator_types = ["parallel"]} ins(%b : tensor<1xf32>) outs(%space : tensor<1xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %o: f32):
    // expected-error @+1 {{has no rule for its derivative}}
    %s = math.cbrt %a : f32
    linalg.yield %s : f32
  } -> tensor<1xf32>
  return %y : tensor<1xf32>
}

// -----

nn.parameter @net.b : tensor<4xf32> init(#nn.zeros) offset(0)
func.func private @net.gradients.forward() -> tensor<1xf32> attributes {nn.training = "gradients"} {
  %b = nn.load_parameter @net.b : tensor<4xf32>
  %space = tensor.empty() : tensor<1xf32>
  // expected-error @+1 {{layer '0' has no gradient: it is neither a sum nor a maximum}}
  %y = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d1)>, affine_map<(d0, d1) -> (d0)>], iterator_types = ["parallel", "reduction"]} ins(%b : tensor<4xf32>) outs(%space : tensor<1xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %o: f32):
    %s = arith.mulf %a, %o : f32
    linalg.yield %s : f32
  } -> tensor<1xf32>
  return %y : tensor<1xf32>
}

// -----

nn.parameter @net.x : tensor<2x3x4xf32> init(#nn.zeros) offset(0)
nn.parameter @net.w : tensor<4x4xf32> init(#nn.zeros) trainable(false) offset(128)
func.func private @net.gradients.forward() -> tensor<1xf32> attributes {nn.training = "gradients"} {
  %x = nn.load_parameter @net.x : tensor<2x3x4xf32>
  %w = nn.load_parameter @net.w : tensor<4x4xf32>
  // expected-error @+1 {{layer '0' has no gradient: what its loss is of uses the states after its last step; have that use its output}}
  %y:3 = nn.recurrence steps(%x : tensor<2x3x4xf32>) weight(%w : tensor<4x4xf32>) attributes {nn.layer = "0"} -> tensor<2x3x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %in : f32
  }
  %c = tensor.collapse_shape %y#1 [[0, 1]] : tensor<2x4xf32> into tensor<8xf32>
  %l = tensor.extract_slice %c[0] [1] [1] : tensor<8xf32> to tensor<1xf32>
  return %l : tensor<1xf32>
}

// -----

nn.parameter @net.x : tensor<1x3x1xf32> init(#nn.zeros) offset(0)
nn.parameter @net.h : tensor<1x1xf32> init(#nn.zeros) offset(128)
nn.parameter @net.w : tensor<1x1xf32> init(#nn.zeros) trainable(false) offset(64)
func.func private @net.gradients.forward() -> tensor<1xf32> attributes {nn.training = "gradients"} {
  %h = nn.load_parameter @net.h : tensor<1x1xf32>
  %x = nn.load_parameter @net.x : tensor<1x3x1xf32>
  %w = nn.load_parameter @net.w : tensor<1x1xf32>
  // expected-error @+1 {{layer '0' has no gradient: the states that it begins with would need one, too; give them as an input, and name a loss}}
  %y:2 = nn.recurrence steps(%x : tensor<1x3x1xf32>) weight(%w : tensor<1x1xf32>) initial(%h : tensor<1x1xf32>) last attributes {nn.layer = "0"} -> tensor<1x1xf32>, tensor<1x1xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %in : f32
  }
  %l = tensor.collapse_shape %y#0 [[0, 1]] : tensor<1x1xf32> into tensor<1xf32>
  return %l : tensor<1xf32>
}

// -----

nn.parameter @net.b : tensor<1xf32> init(#nn.zeros) offset(0)
nn.parameter @net.w : tensor<1x1xf32> init(#nn.zeros) trainable(false) offset(64)
func.func private @net.gradients.forward(%x: tensor<1x?x1xf32>) -> tensor<1xf32> attributes {nn.training = "gradients"} {
  %b = nn.load_parameter @net.b : tensor<1xf32>
  %w = nn.load_parameter @net.w : tensor<1x1xf32>
  // expected-error @+1 {{layer '0' has no gradient: its sequences have a length that is open; bind it}}
  %y:2 = nn.recurrence steps(%x : tensor<1x?x1xf32>) weight(%w : tensor<1x1xf32>) bias(%b : tensor<1xf32>) last attributes {nn.layer = "0"} -> tensor<1x1xf32>, tensor<1x1xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %in : f32
  }
  %l = tensor.collapse_shape %y#0 [[0, 1]] : tensor<1x1xf32> into tensor<1xf32>
  return %l : tensor<1xf32>
}

// -----

module attributes {nn.train_sgd} {
nn.parameter @w : tensor<1xf32> init(#nn.ones) offset(0)
nn.parameter @m : tensor<1xf32> init(#nn.zeros) trainable(false) offset(64)
func.func private @net.gradients.forward(%x: tensor<1xf32>) -> tensor<1xf32> attributes {nn.parameter_bytes = 128 : i64, nn.training = "gradients"} {
  %w = nn.load_parameter @w : tensor<1xf32>
  %space = tensor.empty() : tensor<1xf32>
  %y = linalg.mul ins(%x, %w : tensor<1xf32>, tensor<1xf32>) outs(%space : tensor<1xf32>) -> tensor<1xf32>
  // expected-error @+1 {{is of what is not trained, and has no 'nn.momentum' to merge a statistic by}}
  nn.store_gradient %y, @m : tensor<1xf32>
  return %y : tensor<1xf32>
}
}

// -----

// expected-error @+1 {{is to be trained, so it must have a body that computes tensors of f32; run convert-nn-to-linalg first}}
func.func private @declared.backward.forward(tensor<2xf32>) -> tensor<2xf32> attributes {nn.training = "backward", nn.gradient_inputs = array<i64: 0>}

// -----

// expected-error @+1 {{is to be trained, so it must have a body that computes tensors of f32}}
func.func private @none.backward.forward(%x: tensor<2xf32>) attributes {nn.training = "backward", nn.gradient_inputs = array<i64: 0>} {
  return
}

// -----

// expected-error @+1 {{must say by 'nn.gradient_inputs' which of its arguments, tensors of f32, have gradients}}
func.func private @range.backward.forward(%x: tensor<2xf32>) -> tensor<2xf32> attributes {nn.training = "backward", nn.gradient_inputs = array<i64: 7>} {
  return %x : tensor<2xf32>
}

// -----

// expected-error @+1 {{must say by 'nn.gradient_inputs' which of its arguments, tensors of f32, have gradients}}
func.func private @indices.backward.forward(%x: tensor<2xf32>, %i: tensor<2xi32>) -> tensor<2xf32> attributes {nn.training = "backward", nn.gradient_inputs = array<i64: 1>} {
  return %x : tensor<2xf32>
}

// -----

// expected-error @+1 {{must say by 'nn.gradient_inputs' which of its arguments}}
func.func private @unsaid.backward.forward(%x: tensor<2xf32>) -> tensor<2xf32> attributes {nn.training = "backward"} {
  return %x : tensor<2xf32>
}
