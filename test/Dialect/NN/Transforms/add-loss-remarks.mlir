// RUN: nascent-opt %s --nn-add-loss=loss=cross_entropy --split-input-file --verify-diagnostics -o /dev/null

nn.sequential @softmax(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  // expected-remark @+1 {{cross_entropy applies softmax itself; leave out nn.softmax '0', or use nn.log_softmax with --loss=nll}}
  %0 = nn.softmax %x : tensor<8x4xf32>
  nn.return %0 : tensor<8x4xf32>
}

// -----

nn.sequential @log_softmax(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  // expected-remark @+1 {{cross_entropy applies softmax itself; leave out nn.log_softmax 'last', or use --loss=nll}}
  %0 = nn.log_softmax %x name("last") : tensor<8x4xf32>
  nn.return %0 : tensor<8x4xf32>
}

// -----

// A softmax that is not what the loss is of.
nn.sequential @inner(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  %0 = nn.softmax %x : tensor<8x4xf32>
  %1 = nn.relu %0 : tensor<8x4xf32>
  nn.return %1 : tensor<8x4xf32>
}

// -----

nn.sequential @input(%x: tensor<8x4xf32>) -> tensor<8x4xf32> {
  nn.return %x : tensor<8x4xf32>
}
