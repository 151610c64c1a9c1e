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

nn.sequential @clause_for_none(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected the name of an nn.parameter, such as @net.0.bias; to have none, write 'no_bias', without a value}}
  %0 = nn.dense %x, 8 bias(false) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @clause_that_has_no_none(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected the name of an nn.parameter, such as @net.0.bias}}
  %0 = nn.dense %x, 8 weight(1) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @clause_that_has_a_none(%x: tensor<?x?x4xf32>) {
  // expected-error @+1 {{nn.gru' has no clause 'bias' (did you mean 'no_bias'?); it takes }}
  %0 = nn.gru %x, 8 bias(false) : tensor<?x?x4xf32> -> tensor<?x?x8xf32>
  nn.return
}

// -----

nn.sequential @layer_without_types(%x: tensor<?x4xf32>) {
  %0 = nn.relu %x
  // expected-error @+1 {{custom op 'nn.relu' lacks its types, as in ': tensor<?x20xf32>'}}
  nn.return
}

// -----

nn.sequential @flag_with_value(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{clause 'no_bias' stands alone, without a value}}
  %0 = nn.dense %x, 8 no_bias(true) : tensor<?x4xf32> -> tensor<?x8xf32>
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
  // expected-error @+1 {{custom op 'nn.dens' is unknown (did you mean 'nn.dense'?); the layers are nn.a}}
  %0 = nn.dens %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @layer_without_prefix(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{there is no 'dense'; names of layers begin with 'nn.' (did you mean 'nn.dense'?)}}
  %0 = dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @layer_of_another_name(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{there is no 'Linear'; names of layers begin with 'nn.' (did you mean 'nn.dense'?)}}
  %0 = Linear %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @no_layer(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{there is no 'capsule'; names of layers begin with 'nn.'}}
  %0 = capsule %x : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

// expected-error @+1 {{custom op 'nn.sequential' expected nn.return as its last line, with what it computes, of type 'tensor<?x8xf32>'}}
nn.sequential @without_return(%x: tensor<?x4xf32>) -> tensor<?x8xf32> {
  %0 = nn.dense %x, 8 : tensor<?x4xf32> -> tensor<?x8xf32>
}

// -----

nn.sequential @unknown_layer(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{custom op 'nn.capsule' is unknown; the layers are nn.a}}
  %0 = nn.capsule %x : tensor<?x4xf32> -> tensor<?x8xf32>
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

// expected-error @+1 {{custom op 'nn.sequential' expected nn.return as its last line, with what it computes}}
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

// expected-error @+1 {{input 1 must be a ranked tensor of f32, or of i32 where it is indices, got 'tensor<?x4xi64>'}}
nn.sequential @input_type(%x: tensor<?x4xf32>, %y: tensor<?x4xi64>) {
  nn.return
}

// -----

// expected-error @+1 {{input 0 must be a ranked tensor of f32, or of i32 where it is indices, got 'tensor<*xf32>'}}
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
  // expected-error @+1 {{layer '0' expects an output 0 of f32, got 'tensor<?x4xf64>'}}
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
// Parameters
//===----------------------------------------------------------------------===//

// expected-error @+1 {{parameter has a dimension of size 0; sizes must be positive}}
nn.parameter @zero : tensor<0x4xf32> init(#nn.zeros)

// -----

// expected-error @+1 {{has a type with the encoding #nn.channels_last, but how a parameter is stored is its layout}}
nn.parameter @encoded : tensor<4x3x5x5xf32, #nn.channels_last> init(#nn.zeros)

// -----

// expected-error @+1 {{parameter of shape (4294967296, 4294967296) needs 2^63 bytes or more}}
nn.parameter @huge : tensor<4294967296x4294967296xf32> init(#nn.zeros)

// -----

// expected-error @+1 {{has a panel layout, which needs a known shape of rank 1 or more, got 'tensor<8x?xf32>'}}
nn.parameter @open : tensor<8x?xf32> init(#nn.zeros) layout(#nn.panels<8>)

// -----

// expected-error @+1 {{has a panel layout, which needs a known shape of rank 1 or more, got 'tensor<f32>'}}
nn.parameter @scalar : tensor<f32> init(#nn.zeros) layout(#nn.panels<1>)

// -----

// expected-error @+1 {{has the layout #nn.panels<8>, but the vector 'tensor<8xf32>' is one row of f32, whose layout must be of the form #nn.panels<1, spatial = …>}}
nn.parameter @vector : tensor<8xf32> init(#nn.zeros) layout(#nn.panels<8>)

// -----

// expected-error @+1 {{has the layout #nn.panels<1, bf16, spatial = 2>, but the vector 'tensor<8xf32>' is one row of f32, whose layout must be of the form #nn.panels<1, spatial = …>}}
nn.parameter @narrow_vector : tensor<8xf32> init(#nn.zeros) layout(#nn.panels<1, bf16, spatial = 2>)

// -----

// expected-error @+1 {{has a layout with the spatial size 3, which must divide its 8 columns}}
nn.parameter @uneven_vector : tensor<8xf32> init(#nn.zeros) layout(#nn.panels<1, spatial = 3>)

// -----

// expected-error @+1 {{has a layout with the spatial size 40, which must divide its 20 columns}}
nn.parameter @uneven : tensor<8x20xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 40>)

// -----

// expected-error @+1 {{has a layout with the spatial size 4, which needs fewer than 2^30 columns, got 1073741824}}
nn.parameter @long_rows : tensor<8x1073741824xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 4>)

// -----

// expected-error @+1 {{has a layout with the spatial size 3, which must be 1 or the 9 elements of the kernel of 'tensor<8x20x3x3xf32>'}}
nn.parameter @part_of_kernel : tensor<8x20x3x3xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 3>)

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

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @filters : tensor<10x4x3x5xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 15>)
func.func @channels_come_last() {
  // expected-error @+1 {{must have the parameter's storage type 'memref<2x3x5x4x8xf32>', got 'memref<2x4x3x5x8xf32>'}}
  %0 = nn.load_parameter @filters : memref<2x4x3x5x8xf32>
  return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @rows : tensor<10x4x1x1xf32> init(#nn.zeros) layout(#nn.panels<1, f16>)
func.func @channels_come_last_in_rows() {
  // expected-error @+1 {{must have the parameter's storage type 'memref<10x1x1x4xf16>', got 'memref<10x4x1x1xf16>'}}
  %0 = nn.load_parameter @rows : memref<10x4x1x1xf16>
  return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @canonical : tensor<10x4x3x5xf32> init(#nn.zeros) layout(#nn.panels<8>)
func.func @canonical_order() {
  // expected-error @+1 {{must have the parameter's storage type 'memref<2x4x3x5x8xf32>', got 'memref<2x3x5x4x8xf32>'}}
  %0 = nn.load_parameter @canonical : memref<2x3x5x4x8xf32>
  return
}

// -----

// expected-note @+1 {{the parameter is declared here}}
nn.parameter @scales : tensor<20xf32> init(#nn.zeros) layout(#nn.panels<1, spatial = 4>)
func.func @vectors_stay_vectors() {
  // expected-error @+1 {{must have the parameter's storage type 'memref<20xf32>', got 'memref<4x5xf32>'}}
  %0 = nn.load_parameter @scales : memref<4x5xf32>
  return
}

// -----

// expected-error @+1 {{'sym_visibility' follows from the text in front; leave it out here}}
nn.sequential @stated(%x: tensor<?x4xf32>) -> tensor<?x4xf32> attributes {sym_visibility = "private"} {
  nn.return %x : tensor<?x4xf32>
}

// -----

// expected-error @+1 {{has 2 inputs, but names 1}}
"nn.sequential"() <{function_type = (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>, input_names = ["a"], sym_name = "net"}> ({
^bb0(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>):
  "nn.return"(%a) : (tensor<?x4xf32>) -> ()
}) : () -> ()

// -----

// expected-error @+1 {{has 2 inputs, but names 3}}
"nn.sequential"() <{function_type = (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>, input_names = ["a", "b", ""], sym_name = "net"}> ({
^bb0(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>):
  "nn.return"(%a) : (tensor<?x4xf32>) -> ()
}) : () -> ()

// -----

// expected-error @+1 {{has an input named '1a'; expected a name of its own, of letters, digits and any of '$._-', no digit in front, or none, ''}}
"nn.sequential"() <{function_type = (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>, input_names = ["1a", ""], sym_name = "net"}> ({
^bb0(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>):
  "nn.return"(%a) : (tensor<?x4xf32>) -> ()
}) : () -> ()

// -----

// expected-error @+1 {{has an input named 'a b'; expected a name of its own}}
"nn.sequential"() <{function_type = (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>, input_names = ["a b", ""], sym_name = "net"}> ({
^bb0(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>):
  "nn.return"(%a) : (tensor<?x4xf32>) -> ()
}) : () -> ()

// -----

// expected-error @+1 {{has an input named 'a'; expected a name of its own}}
"nn.sequential"() <{function_type = (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>, input_names = ["a", "a"], sym_name = "net"}> ({
^bb0(%a: tensor<?x4xf32>, %b: tensor<?x4xf32>):
  "nn.return"(%a) : (tensor<?x4xf32>) -> ()
}) : () -> ()
