// RUN: nascent-opt %s --split-input-file --verify-diagnostics --nascent-keep-states

// What the pass needs of the functions that it is given.
module attributes {nn.stream} {
// expected-error@below {{has a value of type 'memref<2x4xf32>', but streams are made of functions on tensors; run convert-nn-to-linalg first}}
func.func private @net.forward(%x: memref<2x4xf32>) attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  return
}
}

// -----

module attributes {nn.stream} {
// expected-error@below {{keeps its states already}}
func.func private @net.forward(%x: tensor<2x4xf32>) attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.states = 0 : i64} {
  return
}
}

// -----

module attributes {nn.stream} {
// expected-error@below {{is a network's function, which is one block that returns values}}
func.func private @net.forward(%x: tensor<2x4xf32>) attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  cf.br ^bb1
^bb1:
  return
}
}

// -----

module attributes {nn.stream} {
// expected-error@below {{has an input of type 'tensor<1x?x4xf32>', but 'nn.sizes' names 2 sizes of it}}
func.func private @net.forward(%x: tensor<1x?x4xf32> {nn.sizes = ["1", "length"]}) attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  return
}
}

// -----

module attributes {nn.stream} {
func.func private @net.forward(%x: tensor<2x9x4xf32>, %h: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.network = "net", nn.parameter_bytes = 0 : i64} {
  %w = tensor.empty() : tensor<4x4xf32>
  // expected-error@below {{cannot be computed block by block: it begins with states that it is given, while a stream keeps them by itself; leave out 'state'}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) initial(%h : tensor<2x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return %0#0 : tensor<2x4xf32>
}
}

// -----

module attributes {nn.stream} {
func.func private @net.forward(%x: tensor<1x?x4xf32> {nn.sizes = ["1", "length", "4"]}) -> tensor<1x?x4xf32> attributes {nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["length"]} {
  %c1 = arith.constant 1 : index
  %length = tensor.dim %x, %c1 : tensor<1x?x4xf32>
  %e = tensor.empty(%length) : tensor<1x?x4xf32>
  // expected-error@below {{layer '0' cannot be computed block by block: it depends on a step's place in the sequence, which is not known of a block}}
  %0 = linalg.generic {indexing_maps = [affine_map<(b, t, c) -> (b, t, c)>, affine_map<(b, t, c) -> (b, t, c)>], iterator_types = ["parallel", "parallel", "parallel"]}
      ins(%x : tensor<1x?x4xf32>) outs(%e : tensor<1x?x4xf32>) attrs = {nn.layer = "0"} {
  ^bb0(%a: f32, %out: f32):
    %1 = linalg.index 1 : index
    %2 = arith.index_cast %1 : index to i64
    %3 = arith.sitofp %2 : i64 to f32
    %4 = arith.addf %a, %3 : f32
    linalg.yield %4 : f32
  } -> tensor<1x?x4xf32>
  return %0 : tensor<1x?x4xf32>
}
}
