// Losses in which networks end.

// RUN: nascent-opt %s --nn-add-loss --split-input-file --verify-diagnostics -o /dev/null

nn.sequential @cross_entropy(%x: tensor<8x4xf32>, %t: tensor<8xi32>) -> tensor<1xf32> {
  // expected-remark @+1 {{cross_entropy applies softmax itself; leave out nn.softmax '0', or use nn.log_softmax with nn.nll}}
  %0 = nn.softmax %x : tensor<8x4xf32>
  %1 = nn.cross_entropy %0, %t : tensor<8x4xf32>, tensor<8xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}

// -----

nn.sequential @nll(%x: tensor<8x4xf32>, %t: tensor<8xi32>) -> tensor<1xf32> {
  // expected-remark @+1 {{nll takes logarithms of probabilities; use nn.log_softmax in place of nn.softmax '0'}}
  %0 = nn.softmax %x : tensor<8x4xf32>
  %1 = nn.nll %0, %t : tensor<8x4xf32>, tensor<8xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}

// -----

nn.sequential @fits(%x: tensor<8x4xf32>, %t: tensor<8xi32>) -> tensor<1xf32> {
  %0 = nn.log_softmax %x : tensor<8x4xf32>
  %1 = nn.nll %0, %t : tensor<8x4xf32>, tensor<8xi32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}

// -----

nn.sequential @bce(%x: tensor<8x4xf32>, %t: tensor<8x4xf32>) -> tensor<1xf32> {
  // expected-remark @+1 {{bce_with_logits applies sigmoid itself; leave out nn.sigmoid '0'}}
  %0 = nn.sigmoid %x : tensor<8x4xf32>
  %1 = nn.bce_with_logits %0, %t : tensor<8x4xf32>, tensor<8x4xf32> -> tensor<1xf32>
  nn.return %1 : tensor<1xf32>
}
