// RUN: nascent-opt %s --split-input-file --verify-diagnostics

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

// expected-error @+1 {{the spatial size must be at least 1, got 0}}
nn.parameter @no_space : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 0>)

// -----

// expected-error @+1 {{#nn.panels lacks 'width'; expected #nn.panels<width, [element], [spatial = …]>}}
nn.parameter @spatial_only : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<spatial = 2>)

// -----

// expected-error @+1 {{#nn.panels has no parameter 'f16'; expected #nn.panels<width, [element], [spatial = …]>}}
nn.parameter @late_element : tensor<8x4xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 2, f16>)

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

// expected-error @+1 {{attribute 'nn.line_halo' must be an array of two 64-bit integers of at least 0, got array<i64: 1>}}
func.func private @halo() attributes {nn.line_halo = array<i64: 1>}

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

// -----

// What a C program sees of networks.

// expected-error @+1 {{attribute 'nn.interfaces' must be an array of #nn.interface, got [1]}}
module attributes {nn.interfaces = [1]} {}

// -----

// expected-error @+1 {{attribute 'nn.threads' must be a #nn.threads, got "steps"}}
module attributes {nn.threads = "steps"} {}

// -----

// expected-error @+1 {{attribute 'nn.model' must be a string, got 1 : i64}}
module attributes {nn.model = 1} {}

// -----

// expected-error @+1 {{parameter bytes must not be negative, got -1}}
#i = #nn.interface<"net", parameter_bytes = -1, parameters = [], entries = []>

// -----

// expected-error @+1 {{parameters must be #nn.interface_parameter, got [1]}}
#i = #nn.interface<"net", parameter_bytes = 64, parameters = [1], entries = []>

// -----

// expected-error @+1 {{entries must be #nn.interface_entry, got [1]}}
#i = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [1]>

// -----

// expected-error @+1 {{what is left out must be strings, got [1]}}
#i = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [], without = [1]>

// -----

// expected-error @+1 {{gradient bytes must lie between 0 and the 64 of parameters, got 128}}
#i = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [], gradient_bytes = 128>

// -----

// expected-error @+1 {{optimizers must be optimisers, got [#nn.zeros]}}
#i = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [], optimizers = [#nn.zeros]>

// -----

// expected-error @+1 {{#nn.interface lacks 'entries'; expected #nn.interface<network, parameter_bytes = …, parameters = …, entries = …, [without = …], [gradient_bytes = …], [optimizers = …], [state_bytes = …]>}}
#i = #nn.interface<"net", parameter_bytes = 64, parameters = []>

// -----

// expected-error @+1 {{a parameter must have at most 8 known dimensions, got 'tensor<?xf32>'}}
#i = #nn.interface_parameter<"0.bias", tensor<?xf32>, init = "">

// -----

// expected-error @+1 {{a parameter must have at most 8 known dimensions, got 'tensor<1x1x1x1x1x1x1x1x1xf32>'}}
#i = #nn.interface_parameter<"0.bias", tensor<1x1x1x1x1x1x1x1x1xf32>, init = "">

// -----

// expected-error @+1 {{aliases must be strings, got [1]}}
#i = #nn.interface_parameter<"0.bias", tensor<1xf32>, init = "", aliases = [1]>

// -----

// expected-error @+1 {{names must be of each input, and names in C}}
#i = #nn.interface_entry<(tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>, names = ["a"]>

// -----

// expected-error @+1 {{names must be of each input, and names in C}}
#i = #nn.interface_entry<(tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>, names = ["a", "b.c"]>

// -----

// expected-error @+1 {{sizes must be names of arguments in C, and elements a formula in them for each of the 2 inputs and outputs}}
#i = #nn.interface_entry<(tensor<?x?xf32>) -> tensor<?xf32>, sizes = ["x0.width"], elements = ["x0_width", "1"]>

// -----

// expected-error @+1 {{for each of the 2 inputs and outputs}}
#i = #nn.interface_entry<(tensor<?x?xf32>) -> tensor<?xf32>, sizes = ["width"], elements = ["width"]>

// -----

// expected-error @+1 {{for each of the 2 inputs and outputs}}
#i = #nn.interface_entry<(tensor<2x4xf32>) -> tensor<2xf32>, conditions = ["width >= 3"]>

// -----

// expected-error @+1 {{inputs and outputs must be tensors of f32 whose sizes are known, but for a batch, got 'f32'}}
#i = #nn.interface_entry<(f32) -> tensor<2xf32>>

// -----

// expected-error @+1 {{but for a batch, got 'tensor<2x?xf32>'}}
#i = #nn.interface_entry<(tensor<?x3xf32>) -> tensor<2x?xf32>>

// -----

// expected-error @+1 {{but for a batch, got 'tensor<4294967296x4294967296xf32>'}}
#i = #nn.interface_entry<(tensor<?x3xf32>) -> tensor<4294967296x4294967296xf32>>

// -----

// expected-error @+1 {{label must be part of a name in C, got 'a b'}}
#i = #nn.interface_entry<(tensor<3xf32>) -> tensor<3xf32>, label = "a b">

// -----

// expected-error @+1 {{scratch and steps must not be negative, got 0 bytes and -1 steps}}
#i = #nn.interface_entry<(tensor<3xf32>) -> tensor<3xf32>, steps = -1>

// -----

// expected-error @+1 {{attribute 'nn.sizes' must be an array of strings, got unit}}
func.func private @forward() attributes {nn.sizes}

// -----

// expected-error @+1 {{attribute 'nn.dim_names' must be a string for each dimension of 'tensor<?x?xf32>', got ["rows"]}}
nn.sequential @net(%x: tensor<?x?xf32> {nn.dim_names = ["rows"]}) {
  nn.return
}

// -----

// expected-error @+1 {{attribute 'nn.sizes' must be an array of strings, got [1]}}
func.func private @forward(tensor<?xf32> {nn.sizes = [1]})

// -----

// expected-error @+1 {{attribute 'nn.fits' must be a reference to a function, got "fits"}}
func.func private @forward() attributes {nn.fits = "fits"}

// -----

// expected-error @+1 {{attribute 'nn.train_sgd' must be unit, got true}}
module attributes {nn.train_sgd = true} {}

// -----

// expected-error @+1 {{attribute 'nn.rate' must be a number of f32, got "half"}}
nn.parameter @w : tensor<4xf32> init(#nn.zeros) {nn.rate = "half"}

// -----

// expected-error @+1 {{attribute 'nn.losses' must be for each network an array of what its entries' losses are, such as {net = [{target = tensor<2x4xf32>}]}, got {a = [{target = f32}]}}}
module attributes {nn.losses = {a = [{target = f32}]}} {}

// -----

// expected-error @+1 {{attribute 'nn.losses' must be for each network an array of what its entries' losses are, such as {net = [{target = tensor<2x4xf32>}]}, got {a = [{target = tensor<2xf64>}]}}}
module attributes {nn.losses = {a = [{target = tensor<2xf64>}]}} {}

// -----

// expected-error @+1 {{attribute 'nn.losses' must be for each network an array of what its entries' losses are, such as {net = [{target = tensor<2x4xf32>}]}, got {a = [1]}}}
module attributes {nn.losses = {a = [1]}} {}

// -----

// expected-error @+1 {{attribute 'nn.losses' must be for each network an array of what its entries' losses are, such as {net = [{target = tensor<2x4xf32>}]}, got {a = [{labels = 4 : i32}]}}}
module attributes {nn.losses = {a = [{labels = 4 : i32}]}} {}

// -----

// expected-error @+1 {{attribute 'nn.losses' must be for each network an array of what its entries' losses are, such as {net = [{target = tensor<2x4xf32>}]}, got {a = [{target = tensor<2xi32>, unknown}]}}}
module attributes {nn.losses = {a = [{target = tensor<2xi32>, unknown}]}} {}
