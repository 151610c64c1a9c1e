// One case for every diagnostic of the dialect.
//
// RUN: nascent-opt %s --split-input-file --verify-diagnostics

//===----------------------------------------------------------------------===//
// Syntax of layers
//===----------------------------------------------------------------------===//

nn.sequential @clause_twice(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{clause 'in' is given twice}}
  %0 = nn.dense %x, 8 in(4) no_bias in(4) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @flag_twice(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{clause 'no_bias' is given twice}}
  %0 = nn.dense %x, 8 no_bias no_bias : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @clause_and_attribute(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{attribute 'name' occurs more than once}}
  %0 = nn.relu %x name("a") {name = "b"} : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @unknown_clause(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{nn.relu' has no clause 'slope'; it takes name}}
  %0 = nn.relu %x slope(0.1) : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @misspelt_clause(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{nn.dense' has no clause 'nobias' (did you mean 'no_bias'?); it takes in, name, no_bias, init, bias_init, tie, weight, bias}}
  %0 = nn.dense %x, 8 nobias : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @clause_of_block(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{nn.block' has no clause 'nam' (did you mean 'name'?); it takes name, tie}}
  %0 = nn.block @b(%x) nam("a") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @clause_of_block_twice(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{clause 'name' is given twice}}
  %0 = nn.block @b(%x) name("a") name("b") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @misspelt_layer(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{custom op 'nn.dens' is unknown (did you mean 'dense'?); the layers are nn.add, nn.block, nn.concat, nn.dense, nn.dropout, nn.elu, nn.flatten, nn.gelu, nn.identity, nn.leaky_relu, nn.log_softmax, nn.mul, nn.relu, nn.sigmoid, nn.silu, nn.slice, nn.softmax, nn.tanh}}
  %0 = nn.dens %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @unknown_layer(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{custom op 'nn.conv2d' is unknown; the layers are nn.add, nn.block, nn.concat, nn.dense}}
  %0 = nn.conv2d %x : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @no_units(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{nn.dense' needs its units, as in 'nn.dense %x, 256'}}
  %0 = nn.dense %x : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @units_no_number(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{nn.dense' needs a number of units after ','}}
  %0 = nn.dense %x, in(4) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @units_too_large(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{integer value too large}}
  %0 = nn.dense %x, 9223372036854775808 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @empty_name(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected a name that is not empty}}
  %0 = nn.relu %x name("") : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @empty_tie(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected a name that is not empty}}
  %0 = nn.dense %x, 8 tie("") : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @not_an_initializer(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected an initialiser such as #nn.xavier_uniform, got #nn.panels<8>}}
  %0 = nn.dense %x, 8 init(#nn.panels<8>) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @hexadecimal_slope(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected a decimal number such as 1.5 or 1.0e-3, got 0x7FF0000000000000}}
  %0 = nn.leaky_relu %x slope(0x7FF0000000000000) : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @no_result_type(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected '->'}}
  %0 = nn.dense %x, 8 : tensor<?x4xf32>
  nn.return
}

// -----

//===----------------------------------------------------------------------===//
// Networks
//===----------------------------------------------------------------------===//

// expected-error @+1 {{expected a network with a body; several outputs are written in parentheses}}
nn.sequential @declaration(%x: tensor<?x4xf32>)

// -----

// expected-error @+1 {{expects a non-empty block}}
nn.sequential @nothing(%x: tensor<?x4xf32>) {
}

// -----

// expected-error @+1 {{expects region #0 to have 0 or 1 blocks}}
nn.sequential @two_blocks(%x: tensor<?x4xf32>) {
  nn.return
^second:
  nn.return
}

// -----

// expected-error @+1 {{input 1 must be a ranked tensor of f32, got 'tensor<?x4xi32>'}}
nn.sequential @input_type(%x: tensor<?x4xf32>, %y: tensor<?x4xi32>) {
  nn.return
}

// -----

// expected-error @+1 {{input 0 must be a ranked tensor of f32, got 'tensor<*xf32>'}}
nn.sequential @unranked(%x: tensor<*xf32>) {
  nn.return
}

// -----

// expected-error @+1 {{output 0 must be a ranked tensor of f32, got 'f32'}}
nn.sequential @output_type(%x: tensor<?x4xf32>) -> f32 {
  nn.return %x : tensor<?x4xf32>
}

// -----

// expected-error @+1 {{input 0 has a dimension of size 0; sizes must be positive}}
nn.sequential @zero_input(%x: tensor<?x0xf32>) {
  nn.return
}

// -----

// expected-error @+1 {{input 0 of shape (-1, 4294967296, 4294967296) needs 2^63 bytes or more}}
nn.sequential @huge_input(%x: tensor<?x4294967296x4294967296xf32>) {
  nn.return
}

// -----

nn.sequential @foreign_op(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{'arith.constant' op is not a layer; a network holds layers only}}
  %0 = arith.constant dense<1.0> : tensor<2x4xf32>
  nn.return
}

// -----

// A layer that contradicts what is not a layer is reported all the same.
nn.sequential @foreign_operand() {
  // expected-note @+1 {{4 comes from the type written for the result}}
  %0 = arith.constant dense<1.0> : tensor<2x4xf32>
  // expected-error @+2 {{layer '0' expects input width 5, got 4}}
  // expected-note @+1 {{5 comes from 'in(5)' of layer '0'}}
  %1 = nn.dense %0, 8 in(5) : tensor<2x4xf32> -> tensor<2x8xf32>
  nn.return
}

// -----

nn.sequential @same_name(%x: tensor<?x4xf32>) {
  // expected-note @+1 {{the other layer is here}}
  %0 = nn.dense %x, 4 name("fc") : tensor<?x4xf32> -> tensor<?x4xf32>
  // expected-error @+1 {{has the name "fc" of another layer; to share parameters, give it its own name and 'tie("fc")'}}
  %1 = nn.dense %0, 4 name("fc") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

// The second layer's position is the first one's name.
nn.sequential @name_of_position(%x: tensor<?x4xf32>) {
  // expected-note @+1 {{the other layer is here}}
  %0 = nn.relu %x name("1") : tensor<?x4xf32>
  // expected-error @+1 {{has the name "1" of another layer}}
  %1 = nn.relu %0 : tensor<?x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{the network states its types here}}
nn.sequential @return_type(%x: tensor<?x4xf32>) -> tensor<?x5xf32> {
  // expected-error @+1 {{must return the network's types ('tensor<?x5xf32>'), got ('tensor<?x4xf32>')}}
  nn.return %x : tensor<?x4xf32>
}

// -----

// expected-note @+1 {{the network states its types here}}
nn.sequential @return_count(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  // expected-error @+1 {{must return the network's types ('tensor<?x4xf32>', 'tensor<?x4xf32>'), got ('tensor<?x4xf32>')}}
  nn.return %x : tensor<?x4xf32>
}

// -----

// expected-note @+1 {{the network states its types here}}
nn.sequential @return_nothing(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error @+1 {{must return the network's types ('tensor<?x4xf32>'), got ()}}
  nn.return
}

// -----

//===----------------------------------------------------------------------===//
// Layers in general
//===----------------------------------------------------------------------===//

nn.sequential @element_type(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{result #0 must be ranked tensor of 32-bit float values, but got 'tensor<?x4xf64>'}}
  %0 = nn.relu %x : tensor<?x4xf32> -> tensor<?x4xf64>
  nn.return
}

// -----

"nn.sequential"() <{function_type = (tensor<?x4xf32>) -> (), sym_name = "nameless"}> ({
^bb0(%x: tensor<?x4xf32>):
  // expected-error @+1 {{has no name; give it one with 'name("…")'}}
  %0 = "nn.relu"(%x) : (tensor<?x4xf32>) -> tensor<?x4xf32>
  "nn.return"() : () -> ()
}) : () -> ()

// -----

nn.sequential @empty_name_attribute(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{needs a name that is not empty}}
  %0 = nn.relu %x {name = ""} : tensor<?x4xf32>
  nn.return
}

// -----

func.func @layer_in_function(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expects parent op 'nn.sequential'}}
  %0 = nn.relu %x name("r") : tensor<?x4xf32>
  return
}

// -----

nn.sequential @huge_output(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' output of shape (-1, 4611686018427387904) needs 2^63 bytes or more}}
  %0 = nn.dense %x, 4611686018427387904 : tensor<?x4xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @huge_parameter(%x: tensor<?x4294967296xf32>) {
  // expected-error @+1 {{layer '0' parameter of shape (4294967296, 4294967296) needs 2^63 bytes or more}}
  %0 = nn.dense %x, 4294967296 : tensor<?x4294967296xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @zero_input(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{layer 'r' input has a dimension of size 0; sizes must be positive}}
  %0 = nn.relu %x name("r") : tensor<?x?xf32> -> tensor<?x0xf32>
  nn.return
}

// -----

//===----------------------------------------------------------------------===//
// nn.dense
//===----------------------------------------------------------------------===//

nn.sequential @no_units(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 unit, got 0}}
  %0 = nn.dense %x, 0 : tensor<?x4xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @negative_units(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' needs at least 1 unit, got -9223372036854775808}}
  %0 = nn.dense %x, -9223372036854775808 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @negative_in(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{layer '0' needs an input width of at least 1, got -1}}
  %0 = nn.dense %x, 8 in(-1) : tensor<?x?xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{30 comes from input 0 of network 'wrong_in'}}
nn.sequential @wrong_in(%x: tensor<?x30xf32>) {
  // expected-error @+2 {{layer 'fc1' expects input width 20, got 30}}
  // expected-note @+1 {{20 comes from 'in(20)' of layer 'fc1'}}
  %0 = nn.dense %x, 8 in(20) name("fc1") : tensor<?x30xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// Where a size was stated, if not here.
// expected-note @unknown {{30 comes from input 0 of network 'block'}}
nn.sequential @wrong_origin(%x: tensor<2x30xf32> {nn.origins = [unit, loc("input 0 of network 'block'"(unknown))]}) {
  // expected-error @+2 {{layer '0' expects input width 20, got 30}}
  // expected-note @+1 {{20 comes from 'in(20)' of layer '0'}}
  %0 = nn.dense %x, 8 in(20) : tensor<2x30xf32> -> tensor<2x8xf32>
  nn.return
}

// -----

// expected-error @+1 {{attribute 'nn.origins' must be an array of a named location or 'unit' for each dimension, got "here"}}
nn.sequential @no_origins(%x: tensor<2x30xf32> {nn.origins = "here"}) {
  nn.return
}

// -----

nn.sequential @no_layer_origins(%x: tensor<2x30xf32>) {
  // expected-error @+1 {{attribute 'nn.origins' must be an array of a named location or 'unit' for each dimension, got [1]}}
  %0 = nn.relu %x {nn.origins = [1]} : tensor<2x30xf32>
  nn.return
}

// -----

// expected-note @+1 {{30 comes from binding 'net=2x30xf32'}}
nn.sequential @wrong_binding(%x: tensor<2x30xf32> {nn.binding = "net=2x30xf32"}) {
  // expected-error @+2 {{layer '0' expects input width 20, got 30}}
  // expected-note @+1 {{20 comes from 'in(20)' of layer '0'}}
  %0 = nn.dense %x, 8 in(20) : tensor<2x30xf32> -> tensor<2x8xf32>
  nn.return
}

// -----

nn.sequential @neighbours_disagree(%x: tensor<?x4xf32>) {
  // expected-note @+1 {{8 comes from the type written for the result of layer '0'}}
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  // expected-error @+2 {{layer '1' expects input width 9, got 8}}
  // expected-note @+1 {{9 comes from 'in(9)' of layer '1'}}
  %1 = nn.dense %0, 2 in(9) : tensor<?x8xf32> -> tensor<?x2xf32>
  nn.return
}

// -----

nn.sequential @wrong_result(%x: tensor<?x4xf32>) {
  // expected-error @+3 {{layer '0' expects output width 8, got 9}}
  // expected-note @+2 {{8 comes from the units of layer '0'}}
  // expected-note @+1 {{9 comes from the type written for the result of layer '0'}}
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x9xf32>
  nn.return
}

// -----

// expected-note @+1 {{2 comes from input 0 of network 'wrong_batch'}}
nn.sequential @wrong_batch(%x: tensor<2x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 0 to be 2, got 3}}
  // expected-note @+1 {{3 comes from the type written for the result of layer '0'}}
  %0 = nn.dense %x, 8 : tensor<2x4xf32> -> tensor<3x8xf32>
  nn.return
}

// -----

nn.sequential @vector_input(%x: tensor<4xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more (batch, width), got rank 1}}
  %0 = nn.dense %x, 8 : tensor<4xf32> -> tensor<8xf32>
  nn.return
}

// -----

nn.sequential @wrong_rank(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of the input's rank 2, got rank 3}}
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x?x8xf32>
  nn.return
}

// -----

nn.sequential @bias_init_without_bias(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' has 'no_bias' and 'bias_init'; drop one}}
  %0 = nn.dense %x, 8 no_bias bias_init(#nn.zeros) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @bias_without_bias(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' has 'no_bias' and 'bias'; drop one}}
  %0 = nn.dense %x, 8 no_bias bias(@b) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @weight_only(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' must refer to both its weight and its bias, or to neither}}
  %0 = nn.dense %x, 8 weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @bias_only(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' must refer to both its weight and its bias, or to neither}}
  %0 = nn.dense %x, 8 bias(@b) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @no_such_weight(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' refers to @w, which is not an nn.parameter}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
func.func private @b()
nn.sequential @bias_is_a_function(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' refers to @b, which is not an nn.parameter}}
  %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @w : tensor<8xf32> init(#nn.zeros)
nn.sequential @weight_rank(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects @w to have rank 2, got 'tensor<8xf32>'}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{5 comes from the type of parameter 'w'}}
nn.parameter @w : tensor<8x5xf32> init(#nn.zeros)
// expected-note @+1 {{4 comes from input 0 of network 'weight_in'}}
nn.sequential @weight_in(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects input width 5, got 4}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-note @+1 {{9 comes from the type of parameter 'w'}}
nn.parameter @w : tensor<9x4xf32> init(#nn.zeros)
nn.sequential @weight_out(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{layer '0' expects output width of its weight 8, got 9}}
  // expected-note @+1 {{8 comes from the units of layer '0'}}
  %0 = nn.dense %x, 8 no_bias weight(@w) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
// expected-note @+1 {{9 comes from the type of parameter 'b'}}
nn.parameter @b : tensor<9xf32> init(#nn.zeros)
nn.sequential @bias_length(%x: tensor<?x4xf32>) {
  // expected-error @+2 {{layer '0' expects length of its bias 8, got 9}}
  // expected-note @+1 {{8 comes from the units of layer '0'}}
  %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

//===----------------------------------------------------------------------===//
// Activations
//===----------------------------------------------------------------------===//

nn.sequential @relu_rank(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects an output of the input's rank 2, got rank 1}}
  %0 = nn.relu %x : tensor<2x3xf32> -> tensor<2xf32>
  nn.return
}

// -----

// expected-note @+1 {{3 comes from input 0 of network 'relu_size'}}
nn.sequential @relu_size(%x: tensor<?x3xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 1 to be 3, got 4}}
  // expected-note @+1 {{4 comes from the type written for the result of layer '0'}}
  %0 = nn.relu %x : tensor<?x3xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @softmax_of_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 1 or more, got rank 0}}
  %0 = nn.softmax %x : tensor<f32>
  nn.return
}

// -----

nn.sequential @log_softmax_of_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 1 or more, got rank 0}}
  %0 = nn.log_softmax %x : tensor<f32>
  nn.return
}

// -----

nn.sequential @infinite_slope(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{attribute 'slope' failed to satisfy constraint: 64-bit float attribute whose value is finite in f32}}
  %0 = nn.leaky_relu %x {slope = 0x7FF0000000000000 : f64} : tensor<?x3xf32>
  nn.return
}

// -----

nn.sequential @nan_alpha(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{attribute 'alpha' failed to satisfy constraint: 64-bit float attribute whose value is finite in f32}}
  %0 = nn.elu %x {alpha = 0x7FF8000000000000 : f64} : tensor<?x3xf32>
  nn.return
}

// -----

nn.sequential @probability(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{layer '0' needs a probability between 0 and 1, got 1.500000e+00}}
  %0 = nn.dropout %x p(1.5) : tensor<?x3xf32>
  nn.return
}

// -----

nn.sequential @negative_probability(%x: tensor<?x3xf32>) {
  // expected-error @+1 {{layer '0' needs a probability between 0 and 1, got -1.000000e-01}}
  %0 = nn.dropout %x p(-0.1) : tensor<?x3xf32>
  nn.return
}

// -----

//===----------------------------------------------------------------------===//
// nn.flatten
//===----------------------------------------------------------------------===//

nn.sequential @start_too_large(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects 'start' between 0 and 1 for an input of rank 2, got 2}}
  %0 = nn.flatten %x start(2) : tensor<2x3xf32> -> tensor<6xf32>
  nn.return
}

// -----

nn.sequential @start_negative(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' expects 'start' between 0 and 1 for an input of rank 2, got -1}}
  %0 = nn.flatten %x start(-1) : tensor<2x3xf32> -> tensor<6xf32>
  nn.return
}

// -----

nn.sequential @flatten_scalar(%x: tensor<f32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 1 or more, got rank 0}}
  %0 = nn.flatten %x start(0) : tensor<f32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @flatten_rank(%x: tensor<2x3x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of rank 2, got rank 1}}
  %0 = nn.flatten %x : tensor<2x3x4xf32> -> tensor<12xf32>
  nn.return
}

// -----

nn.sequential @flatten_size(%x: tensor<?x3x4xf32>) {
  // expected-error @+3 {{layer 'flat' expects flattened size 12, got 13}}
  // expected-note @+2 {{12 comes from 3*4 flattened by layer 'flat'}}
  // expected-note @+1 {{13 comes from the type written for the result of layer 'flat'}}
  %0 = nn.flatten %x name("flat") : tensor<?x3x4xf32> -> tensor<?x13xf32>
  nn.return
}

// -----

// expected-note @+1 {{2 comes from input 0 of network 'flatten_batch'}}
nn.sequential @flatten_batch(%x: tensor<2x3x4xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 0 to be 2, got 3}}
  // expected-note @+1 {{3 comes from the type written for the result of layer '0'}}
  %0 = nn.flatten %x : tensor<2x3x4xf32> -> tensor<3x12xf32>
  nn.return
}

// -----

nn.sequential @flatten_multiple(%x: tensor<2x3x?xf32>) {
  // expected-error @+2 {{layer '0' expects a flattened size that is a multiple of 3, got 10}}
  // expected-note @+1 {{10 comes from the type written for the result of layer '0'}}
  %0 = nn.flatten %x : tensor<2x3x?xf32> -> tensor<2x10xf32>
  nn.return
}

// -----

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

// expected-error @+1 {{parameter has a dimension of size 0; sizes must be positive}}
nn.parameter @zero : tensor<0x4xf32> init(#nn.zeros)

// -----

// expected-error @+1 {{parameter of shape (4294967296, 4294967296) needs 2^63 bytes or more}}
nn.parameter @huge : tensor<4294967296x4294967296xf32> init(#nn.zeros)

// -----

// expected-error @+1 {{has a panel layout, which needs a matrix of known shape, got 'tensor<8x?xf32>'}}
nn.parameter @open : tensor<8x?xf32> init(#nn.zeros) layout(#nn.panels<8>)

// -----

// expected-error @+1 {{has a panel layout, which needs a matrix of known shape, got 'tensor<8xf32>'}}
nn.parameter @vector : tensor<8xf32> init(#nn.zeros) layout(#nn.panels<8>)

// -----

func.func @no_such_parameter() {
  // expected-error @+1 {{refers to @w, which is not an nn.parameter}}
  %0 = nn.load_parameter @w : memref<8x4xf32>
  return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @w : tensor<10x4xf32> init(#nn.zeros) layout(#nn.panels<8>)
func.func @not_the_storage_type() {
  // expected-error @+1 {{must have the parameter's storage type 'memref<2x4x8xf32>', got 'memref<10x4xf32>'}}
  %0 = nn.load_parameter @w : memref<10x4xf32>
  return
}

// -----

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

// expected-error @+1 {{expected a finite number}}
nn.parameter @infinite : tensor<2xf32> init(#nn.constant<1.0e999>)

// -----

// expected-error @+1 {{value must be finite in f32, got 1.000000e+39}}
nn.parameter @value : tensor<2xf32> init(#nn.constant<1.0e39>)

// -----

// expected-error @+1 {{low must be finite in f32}}
nn.parameter @low : tensor<2xf32> init(#nn.uniform<-1.0e39, 0.0>)

// -----

// expected-error @+1 {{high must be finite in f32}}
nn.parameter @high : tensor<2xf32> init(#nn.uniform<0.0, 1.0e39>)

// -----

// expected-error @+1 {{high - low must be finite in f32}}
nn.parameter @width : tensor<2xf32> init(#nn.uniform<-3.0e38, 3.0e38>)

// -----

// expected-error @+1 {{low must not exceed high, got 1.000000e+00 and -1.000000e+00}}
nn.parameter @order : tensor<2xf32> init(#nn.uniform<1.0, -1.0>)

// -----

// expected-error @+1 {{mean must be finite in f32}}
nn.parameter @mean : tensor<2xf32> init(#nn.normal<1.0e39, 1.0>)

// -----

// expected-error @+1 {{standard deviation must be finite in f32}}
nn.parameter @deviation : tensor<2xf32> init(#nn.normal<0.0, 1.0e39>)

// -----

// expected-error @+1 {{standard deviation must not be negative, got -1.000000e-02}}
nn.parameter @negative : tensor<2xf32> init(#nn.normal<0.0, -0.01>)

// -----

// expected-error @+1 {{gain must not be negative, got -1.000000e+00}}
nn.parameter @gain : tensor<2x2xf32> init(#nn.xavier_uniform<gain = -1.0>)

// -----

// expected-error @+1 {{gain must lie between -1e15 and 1e15, got 1.000000e+16}}
nn.parameter @large_gain : tensor<2x2xf32> init(#nn.xavier_normal<gain = 1.0e16>)

// -----

// expected-error @+1 {{a must lie between -1e15 and 1e15, got -1.000000e+16}}
nn.parameter @slope : tensor<2x2xf32> init(#nn.kaiming_uniform<a = -1.0e16>)

// -----

// expected-error @+1 {{a must lie between -1e15 and 1e15, got 1.000000e+16}}
nn.parameter @large_slope : tensor<2x2xf32> init(#nn.kaiming_normal<a = 1.0e16>)

// -----

// expected-error @+1 {{panel width must lie between 1 and 1024, got 0}}
nn.parameter @thin : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<0>)

// -----

// expected-error @+1 {{panel width must lie between 1 and 1024, got 1025}}
nn.parameter @thick : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<1025>)

// -----

// expected-error @+1 {{attribute 'nn.origins' must be an array of a named location or 'unit' for each dimension, got [unit, unit, unit]}}
nn.sequential @many_origins(%x: tensor<2x30xf32> {nn.origins = [unit, unit, unit]}) {
  nn.return
}

// -----

// expected-error @+1 {{elements must be stored as f16 or bf16, or as f32 by naming none, got 'f64'}}
nn.parameter @double : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<8, f64>)

// -----

// expected-error @+1 {{#nn.plan lacks the value of 'tile_rows'; expected #nn.plan<[tile_rows = …]}}
#plan = #nn.plan<tile_rows = a>

// -----

// expected-error @+1 {{tile_rows must lie between 1 and 64, got 0}}
#plan = #nn.plan<tile_rows = 0>

// -----

// expected-error @+1 {{depth_block must lie between 1 and 2147483648, got -1}}
#plan = #nn.plan<depth_block = -1>

// -----

// expected-error @+1 {{row_block must lie between 1 and 2147483648, got 4294967296}}
#plan = #nn.plan<row_block = 4294967296>

// -----

// expected-error @+1 {{chains must lie between 1 and 64, got 65}}
#plan = #nn.plan<chains = 65>

// -----

// expected-error @+1 {{tile_panels must lie between 1 and 64, got 0}}
#plan = #nn.plan<tile_panels = 0>

// -----

// expected-error @+1 {{prefetch must lie between 0 and 1024, got -1}}
#plan = #nn.plan<tile_rows = 4, prefetch = -1>

// -----

nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{attribute 'nn.plan' must be a #nn.plan, got 4 : i64}}
  %0 = nn.dense %x, 4 {nn.plan = 4} : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{attribute 'nn.plan' belongs on nn.dense}}
  %0 = nn.relu %x {nn.plan = #nn.plan<tile_rows = 4>} : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{entry 'a b' must be of letters, digits and underscores, as it becomes part of a name in C}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {entry = "a b"} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{uses the parameters of its base @net, but has no 'entry' to be called by}}
nn.sequential @net.b(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {base = @net} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{has the base @absent, which is not a network with parameters of its own}}
nn.sequential @net.b(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {base = @absent, entry = "b"} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{attribute 'nn.entry' must be a string, got 3 : i32}}
func.func private @f() attributes {nn.entry = 3 : i32}

// -----

nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  // expected-error @+1 {{has a name with a character 0, at which it would end in C}}
  %0 = nn.relu %x name("a\00b") : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

// -----

// Kernels read whole vectors at the end of the last parameter.
// expected-error @+1 {{attribute 'nn.parameter_bytes' must be a multiple of 64, got 280 : i64}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 280 : i64} {
  nn.return %x : tensor<2x4xf32>
}

// -----

// expected-error @+1 {{attribute 'nn.padded' must be a unit attribute, got 3 : i64}}
func.func private @padded(%x: memref<8xf32> {nn.padded = 3 : i64})

// -----

// A declaration has types, but no arguments.
// expected-error @+1 {{attribute 'nn.origins' must be an array of a named location or 'unit' for each dimension, got []}}
func.func private @origins(tensor<?xf32> {nn.origins = []})

// -----

// expected-error @+1 {{has offset 32, which must be a multiple of 64}}
nn.parameter @w : tensor<8xf32> init(#nn.zeros) offset(32)

// -----

nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
// expected-error @+1 {{must have the 'nn.parameter_bytes' of its base @net}}
nn.sequential @net.b(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {base = @net, entry = "b", nn.parameter_bytes = 128 : i64} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
