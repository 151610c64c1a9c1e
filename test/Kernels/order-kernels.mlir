// RUN: nascent-opt %s --nascent-order-kernels --verify-roundtrip | FileCheck %s

nn.parameter @w : tensor<8x8xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)

// The weight's gradient comes before the input's: then %x and %dy may be gone.
// So does what it is computed by, which nothing else reads.
// CHECK-LABEL: func.func private @gradients.forward(
// CHECK:         nn.launch @dy
// CHECK:         nn.launch @part
// CHECK:         nn.launch @dw
// CHECK:         nn.launch @dx
// CHECK:         nn.launch @next
// CHECK:         nn.store_gradient
func.func private @gradients.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 256 : i64, nn.training = "gradients"} {
  %w = nn.load_parameter @w : tensor<1x8x8xf32>
  %dy = nn.launch @dy ins(%x : tensor<2x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %dx = nn.launch @dx ins(%dy : tensor<2x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %next = nn.launch @next ins(%dx : tensor<2x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %part = nn.launch @part ins(%dy : tensor<2x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    %0 = tensor.empty() : tensor<1x8x8xf32>
    nn.launch_yield %0 : tensor<1x8x8xf32>
  }
  %dw = nn.launch @dw ins(%part : tensor<1x8x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<1x8x8xf32>
  }
  nn.store_gradient %dw, @w : tensor<1x8x8xf32>
  return %next : tensor<2x8xf32>
}

// A new weight that is larger than what it is computed from comes behind all
// that read the old one.
// CHECK-LABEL: func.func private @step.forward(
// CHECK:         nn.launch @dy
// CHECK:         nn.launch @dx
// CHECK:         nn.launch @new
// CHECK:         nn.launch @next
// CHECK:         nn.store_parameter
func.func private @step.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 256 : i64, nn.training = "train_sgd"} {
  %w = nn.load_parameter @w : tensor<1x8x8xf32>
  %dy = nn.launch @dy ins(%x : tensor<2x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %new = nn.launch @new ins(%x, %dy : tensor<2x8xf32>, tensor<2x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<2x8xf32>, %c: tensor<1x8x8xf32>):
    %0 = tensor.empty() : tensor<1x8x8xf32>
    nn.launch_yield %0 : tensor<1x8x8xf32>
  }
  %dx = nn.launch @dx ins(%dy : tensor<2x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  %next = nn.launch @next ins(%dx : tensor<2x8xf32>) -> tensor<2x8xf32> {
  ^bb0(%a: tensor<2x8xf32>):
    nn.launch_yield %a : tensor<2x8xf32>
  }
  nn.store_parameter %new, @w : tensor<1x8x8xf32>
  return %next : tensor<2x8xf32>
}

// One that is smaller does not wait: it is kept instead of these.
// CHECK-LABEL: func.func private @small.forward(
// CHECK:         nn.launch @dy
// CHECK:         nn.launch @new
// CHECK:         nn.launch @dx
// CHECK:         nn.store_parameter
func.func private @small.forward(%x: tensor<64x8xf32>) -> tensor<64x8xf32> attributes {nn.parameter_bytes = 256 : i64, nn.training = "train_sgd"} {
  %w = nn.load_parameter @w : tensor<1x8x8xf32>
  %dy = nn.launch @dy ins(%x : tensor<64x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<64x8xf32> {
  ^bb0(%a: tensor<64x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<64x8xf32>
  }
  %dx = nn.launch @dx ins(%dy : tensor<64x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<64x8xf32> {
  ^bb0(%a: tensor<64x8xf32>, %b: tensor<1x8x8xf32>):
    nn.launch_yield %a : tensor<64x8xf32>
  }
  %new = nn.launch @new ins(%dy : tensor<64x8xf32>) parameters(%w : tensor<1x8x8xf32>) -> tensor<1x8x8xf32> {
  ^bb0(%a: tensor<64x8xf32>, %b: tensor<1x8x8xf32>):
    %0 = tensor.empty() : tensor<1x8x8xf32>
    nn.launch_yield %0 : tensor<1x8x8xf32>
  }
  nn.store_parameter %new, @w : tensor<1x8x8xf32>
  return %dx : tensor<64x8xf32>
}

// What is larger than what it is computed from is computed when it is read.
// Inference stays as it is.
// CHECK-LABEL: func.func private @late.forward(
// CHECK:         nn.launch @other
// CHECK:         nn.launch @large
// CHECK:         nn.launch @read
// CHECK-LABEL: func.func private @inference.forward(
// CHECK:         nn.launch @large
// CHECK:         nn.launch @other
// CHECK:         nn.launch @read
func.func private @late.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 256 : i64, nn.training = "loss"} {
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

func.func private @inference.forward(%x: tensor<2x8xf32>) -> tensor<2x8xf32> attributes {nn.parameter_bytes = 256 : i64} {
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
