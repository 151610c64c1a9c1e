// RUN: nascent-opt %s --nascent-lower-open-networks --split-input-file --verify-diagnostics

module attributes {nn.threads = #nn.threads<steps>} {
  func.func private @net.fits(%length: index) -> i1 {
    %true = arith.constant true
    return %true : i1
  }
  // expected-error @+1 {{has open sizes behind the batch, and runs on the thread that calls it: bind them, or leave out --threads}}
  func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
      attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
    return %x : tensor<2x?xf32>
  }
}

// -----

// expected-error @+1 {{has open sizes, but no 'nn.fits' that refers to the function that says which of them fit; run convert-nn-to-linalg first}}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  return %x : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
// expected-error @+1 {{has an input of type 'tensor<2x?xf32>', whose open sizes 'nn.sizes' must name, as it does all that are open}}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "length"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  return %x : tensor<2x?xf32>
}

// -----

nn.parameter @net.0.weight : tensor<4xf32> init(#nn.zeros)
func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<?x4xf32> {nn.sizes = ["width", "4"]}) -> tensor<?x4xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 64 : i64, nn.sizes = ["width"]} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  // expected-error @+1 {{refers to 'net.0.weight', which has no place yet; run nn-assign-layouts first}}
  %w = nn.load_parameter @net.0.weight : tensor<4xf32>
  %0 = tensor.empty(%n) : tensor<?x4xf32>
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%w : tensor<4xf32>) outs(%0 : tensor<?x4xf32>) {
  ^bb0(%a: f32, %b: f32):
    linalg.yield %a : f32
  } -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  // expected-error @+1 {{is not something that networks with open sizes are made of}}
  %0 = tensor.cast %x : tensor<2x?xf32> to tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// -----

// expected-note @+1 {{it is here}}
func.func private @net.fits(i64) -> i1
// expected-error @+1 {{has open sizes ["width"], which @net.fits must take: it must be of type '(index) -> i1', but is of type '(i64) -> i1'}}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  return %x : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
// expected-error @+1 {{has open sizes, but no 'nn.network' that says of which network; run convert-nn-to-linalg first}}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  return %x : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
// expected-error @+1 {{has an input or output of type 'index', but networks' are tensors of f32}}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}, %n: index) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  return %x : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
// expected-error @+1 {{has several blocks, but networks are one}}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  cf.br ^next
^next:
  return %x : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<2x?xf32>
  %0 = tensor.empty(%n) : tensor<2x?xf32>
  // expected-error @+1 {{has 2 results, but a kernel with open sizes computes one}}
  %1:2 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<2x?xf32>) outs(%0, %0 : tensor<2x?xf32>, tensor<2x?xf32>) {
  ^bb0(%a: f32, %b: f32, %c: f32):
    linalg.yield %a, %a : f32, f32
  } -> (tensor<2x?xf32>, tensor<2x?xf32>)
  return %1#1 : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<2x?xf32>
  // expected-error @+1 {{must be of a dimension that is a constant, and that the tensor has}}
  %m = tensor.dim %x, %n : tensor<2x?xf32>
  return %x : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  %c2 = arith.constant 2 : index
  // expected-error @+1 {{must be of a dimension that is a constant, and that the tensor has}}
  %m = tensor.dim %x, %c2 : tensor<2x?xf32>
  return %x : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  %zero = arith.constant 0.0 : f32
  %c1 = arith.constant 1 : index
  %n = tensor.dim %x, %c1 : tensor<2x?xf32>
  // expected-error @+1 {{must pad by constants}}
  %0 = tensor.pad %x low[0, %n] high[0, 0] {
  ^bb0(%i: index, %j: index):
    tensor.yield %zero : f32
  } : tensor<2x?xf32> to tensor<2x?xf32>
  return %0 : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<2x?xf32> {nn.sizes = ["2", "width"]}) -> tensor<2x?xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  // expected-error @+1 {{is not something that networks with open sizes are made of}}
  %0 = arith.constant dense<0.0> : tensor<2x2xf32>
  return %x : tensor<2x?xf32>
}

// -----

func.func private @net.fits(%width: index) -> i1 {
  %true = arith.constant true
  return %true : i1
}
func.func private @net.forward(%x: tensor<?x4xf32> {nn.sizes = ["width", "4"]}) -> tensor<?x4xf32>
    attributes {nn.fits = @net.fits, nn.network = "net", nn.parameter_bytes = 0 : i64, nn.sizes = ["width"]} {
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x4xf32>
  %0 = tensor.empty(%n) : tensor<?x4xf32>
  // expected-error @+1 {{computes with a value of type 'tensor<?x4xf32>' that is no operand of it}}
  %1 = linalg.generic {indexing_maps = [affine_map<(i, j) -> (i, j)>], iterator_types = ["parallel", "parallel"]}
      outs(%0 : tensor<?x4xf32>) {
  ^bb0(%a: f32):
    %i = linalg.index 0 : index
    %b = tensor.extract %x[%i, %i] : tensor<?x4xf32>
    linalg.yield %b : f32
  } -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}
