// RUN: nascent-opt %s --nascent-order-kernels --split-input-file --verify-roundtrip | FileCheck %s

// Views and parts come behind the sizes that they need, and parameters stay in
// their order.
// CHECK-LABEL: func.func private @sizes.forward(
// CHECK:         nn.load_parameter @w
// CHECK-NEXT:    nn.load_parameter @v
// CHECK:         nn.launch @first
// CHECK:         %[[N:.*]] = tensor.dim
// CHECK-DAG:     tensor.expand_shape {{.*}} output_shape [%[[N]], 2, 4]
// CHECK-DAG:     tensor.extract_slice {{.*}}[0, 0] [%[[N]], 4] [1, 1]
// CHECK:         return
nn.parameter @w : tensor<8x8xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @v : tensor<8x8xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(256)
func.func private @sizes.forward(%x: tensor<?x8xf32>) -> (tensor<?x2x4xf32>, tensor<?x4xf32>) attributes {nn.parameter_bytes = 512 : i64, nn.training = "loss"} {
  %c0 = arith.constant 0 : index
  %w = nn.load_parameter @w : tensor<1x8x8xf32>
  %v = nn.load_parameter @v : tensor<1x8x8xf32>
  %first = nn.launch @first ins(%x : tensor<?x8xf32>) parameters(%w, %v : tensor<1x8x8xf32>, tensor<1x8x8xf32>) -> tensor<?x8xf32> {
  ^bb0(%a: tensor<?x8xf32>, %b: tensor<1x8x8xf32>, %c: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<?x8xf32>
  }
  %n = tensor.dim %first, %c0 : tensor<?x8xf32>
  %seen = tensor.expand_shape %x [[0], [1, 2]] output_shape [%n, 2, 4] : tensor<?x8xf32> into tensor<?x2x4xf32>
  %part = tensor.extract_slice %x[0, 0] [%n, 4] [1, 1] : tensor<?x8xf32> to tensor<?x4xf32>
  return %seen, %part : tensor<?x2x4xf32>, tensor<?x4xf32>
}

// -----

// A new value comes behind who reads the old one in another shape, and takes
// the view of it along that is stored.
// CHECK-LABEL: func.func private @viewed.forward(
// CHECK:         nn.launch @dy
// CHECK:         nn.launch @dx
// CHECK:         %[[NEW:.*]] = nn.launch @new
// CHECK:         tensor.expand_shape %[[NEW]]
// CHECK:         nn.launch @next
// CHECK:         nn.store_parameter
nn.parameter @w : tensor<8x8xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
func.func private @viewed.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 256 : i64, nn.training = "train_sgd"} {
  %w = nn.load_parameter @w : tensor<1x8x8xf32>
  %seen = tensor.collapse_shape %w [[0, 1, 2]] : tensor<1x8x8xf32> into tensor<64xf32>
  %dy = nn.launch @dy ins(%x : tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %new = nn.launch @new ins(%dy, %seen : tensor<2x8xf32>, tensor<64xf32>) -> tensor<64xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<64xf32>):
    nn.launch_yield %b : tensor<64xf32>
  }
  %stored = tensor.expand_shape %new [[0, 1, 2]] output_shape [1, 8, 8] : tensor<64xf32> into tensor<1x8x8xf32>
  %dx = nn.launch @dx ins(%dy, %seen : tensor<2x8xf32>, tensor<64xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<64xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %next = nn.launch @next ins(%dx : tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  nn.store_parameter %stored, @w : tensor<1x8x8xf32>
  return %next : tensor<2x8xf32>
}

// -----

// So it does where the old one is joined with something, or is only read in
// part.
// CHECK-LABEL: func.func private @joined.forward(
// CHECK:         tensor.concat
// CHECK:         nn.launch @part
// CHECK:         nn.launch @new
// CHECK:         nn.store_parameter
nn.parameter @w : tensor<8x8xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
func.func private @joined.forward(%x: tensor<1x8x4xf32>) -> (tensor<1x8x16xf32>, tensor<1x8x4xf32>) attributes {nn.parameter_bytes = 256 : i64, nn.training = "train_sgd"} {
  %w = nn.load_parameter @w : tensor<1x8x8xf32>
  %new = nn.launch @new ins(%x : tensor<1x8x4xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x4xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %b : tensor<1x8x8xf32>
  }
  %joined = tensor.concat dim(2) %w, %w : (tensor<1x8x8xf32>, tensor<1x8x8xf32>) -> tensor<1x8x16xf32>
  %some = tensor.extract_slice %w[0, 0, 4] [1, 8, 4] [1, 1, 1] : tensor<1x8x8xf32> to tensor<1x8x4xf32>
  %part = nn.launch @part ins(%some : tensor<1x8x4xf32>) -> tensor<1x8x4xf32> {
  ^bb0(%a: tensor<1x8x4xf32>):
    nn.launch_yield %a : tensor<1x8x4xf32>
  }
  nn.store_parameter %new, @w : tensor<1x8x8xf32>
  return %joined, %part : tensor<1x8x16xf32>, tensor<1x8x4xf32>
}

// -----

// What reads a parameter does not wait, also where it reads it in another
// shape: the parameter may change.
// CHECK-LABEL: func.func private @kept.forward(
// CHECK:         nn.launch @large
// CHECK:         nn.launch @other
// CHECK:         nn.launch @read
nn.parameter @w : tensor<8x8xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
func.func private @kept.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 256 : i64, nn.training = "train_sgd"} {
  %w = nn.load_parameter @w : tensor<1x8x8xf32>
  %seen = tensor.collapse_shape %w [[0, 1, 2]] : tensor<1x8x8xf32> into tensor<64xf32>
  %large = nn.launch @large ins(%seen : tensor<64xf32>) -> tensor<64x8xf32> {
  ^bb0(%a: tensor<64xf32>):
    %0 = tensor.empty() : tensor<64x8xf32>
    nn.launch_yield %0 : tensor<64x8xf32>
  }
  %other = nn.launch @other ins(%x : tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %read = nn.launch @read ins(%other, %large : tensor<2x8xf32>, tensor<64x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<64x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  return %read : tensor<2x8xf32>
}

// -----

// A parameter is no scratch that a new value of another could free, however
// many elements it has; so that one waits.
// CHECK-LABEL: func.func private @other.forward(
// CHECK:         nn.launch @dx
// CHECK:         nn.launch @new
// CHECK:         nn.store_parameter
nn.parameter @w : tensor<8x8xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @v : tensor<8x64xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(256)
func.func private @other.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 2304 : i64, nn.training = "train_sgd"} {
  %w = nn.load_parameter @w : tensor<1x8x8xf32>
  %v = nn.load_parameter @v : tensor<1x64x8xf32>
  %new = nn.launch @new ins(%v : tensor<1x64x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x64x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %b : tensor<1x8x8xf32>
  }
  %dx = nn.launch @dx ins(%x : tensor<2x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  nn.store_parameter %new, @w : tensor<1x8x8xf32>
  return %dx : tensor<2x8xf32>
}

// -----

// A value is in scratch as long as a part of it is read, or what that is joined
// into: only without that, what is computed from another part frees it.
// CHECK-LABEL: func.func private @part.forward(
// CHECK:         nn.launch @other
// CHECK:         nn.launch @h
// CHECK:         nn.launch @wide
// CHECK:         nn.launch @read
func.func private @part.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 0 : i64, nn.training = "loss"} {
  %h = nn.launch @h ins(%x : tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %left = tensor.extract_slice %h[0, 0] [2, 4] [1, 1] : tensor<2x8xf32> to tensor<2x4xf32>
  %right = tensor.extract_slice %h[0, 4] [2, 4] [1, 1] : tensor<2x8xf32> to tensor<2x4xf32>
  %wide = nn.launch @wide ins(%left : tensor<2x4xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x4xf32>):
    %0 = tensor.empty() : tensor<2x8xf32>
    nn.launch_yield %0 : tensor<2x8xf32>
  }
  %other = nn.launch @other ins(%x : tensor<2x8xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    %0 = tensor.empty() : tensor<2x4xf32>
    nn.launch_yield %0 : tensor<2x4xf32>
  }
  %joined = tensor.concat dim(1) %other, %right : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x8xf32>
  %read = nn.launch @read ins(%joined, %wide : tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  return %read : tensor<2x8xf32>
}
// CHECK-LABEL: func.func private @last.forward(
// CHECK:         nn.launch @h
// CHECK:         nn.launch @wide
// CHECK:         nn.launch @other
// CHECK:         nn.launch @read
func.func private @last.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 0 : i64, nn.training = "loss"} {
  %h = nn.launch @h ins(%x : tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %left = tensor.extract_slice %h[0, 0] [2, 4] [1, 1] : tensor<2x8xf32> to tensor<2x4xf32>
  %right = tensor.extract_slice %h[0, 4] [2, 4] [1, 1] : tensor<2x8xf32> to tensor<2x4xf32>
  %wide = nn.launch @wide ins(%left : tensor<2x4xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x4xf32>):
    %0 = tensor.empty() : tensor<2x8xf32>
    nn.launch_yield %0 : tensor<2x8xf32>
  }
  %other = nn.launch @other ins(%x : tensor<2x8xf32>) -> tensor<2x4xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    %0 = tensor.empty() : tensor<2x4xf32>
    nn.launch_yield %0 : tensor<2x4xf32>
  }
  %joined = tensor.concat dim(1) %other, %other : (tensor<2x4xf32>, tensor<2x4xf32>) -> tensor<2x8xf32>
  %read = nn.launch @read ins(%joined, %wide : tensor<2x8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  return %read : tensor<2x8xf32>
}

// -----

// The function of a loss that the program computes stays as it is: there are
// two in it.
// CHECK-LABEL: func.func private @own.forward(
// CHECK:         nn.launch @large
// CHECK:         nn.launch @other
// CHECK:         nn.launch @read
func.func private @own.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 0 : i64, nn.training = "backward"} {
  %large = nn.launch @large ins(%x : tensor<2x8xf32>) -> tensor<64x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    %0 = tensor.empty() : tensor<64x8xf32>
    nn.launch_yield %0 : tensor<64x8xf32>
  }
  %other = nn.launch @other ins(%x : tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %read = nn.launch @read ins(%other, %large : tensor<2x8xf32>, tensor<64x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<64x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  return %read : tensor<2x8xf32>
}
