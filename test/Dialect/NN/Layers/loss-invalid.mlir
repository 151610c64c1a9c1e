// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @one(%x: tensor<2x4xf32>) {
  // expected-error @+1 {{layer '0' compares two values, what is computed and the target, got 1}}
  %0 = nn.mse %x : tensor<2x4xf32> -> tensor<1xf32>
  nn.return
}

// -----

// expected-note @+1 {{comes from input 0}}
nn.sequential @not_numbers(%x: tensor<2x4xi32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' expects an input 0 of f32, got 'tensor<2x4xi32>'}}
  %0 = nn.cross_entropy %x, %t : tensor<2x4xi32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

// expected-note @+1 {{comes from input 1}}
nn.sequential @no_labels(%x: tensor<2x4xf32>, %t: tensor<2xf32>) {
  // expected-error @+1 {{layer '0' expects an input 1 of indices, i32, got 'tensor<2xf32>'}}
  %0 = nn.cross_entropy %x, %t : tensor<2x4xf32>, tensor<2xf32> -> tensor<1xf32>
  nn.return
}

// -----

// expected-note @+1 {{comes from input 1}}
nn.sequential @labels(%x: tensor<2x4xf32>, %t: tensor<2x4xi32>) {
  // expected-error @+1 {{layer '0' expects an input 1 of f32, got 'tensor<2x4xi32>'}}
  %0 = nn.mse %x, %t : tensor<2x4xf32>, tensor<2x4xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @smoothing(%x: tensor<2x4xf32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' needs 'label_smoothing' between 0 and 1, got 1.5}}
  %0 = nn.cross_entropy %x, %t label_smoothing(1.5) : tensor<2x4xf32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @ignored(%x: tensor<2x4xf32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' needs an 'ignore_index' of 32 bits, as labels are, got 4294967297}}
  %0 = nn.nll %x, %t ignore_index(4294967297) : tensor<2x4xf32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0}}
nn.sequential @weights(%x: tensor<2x4xf32>, %t: tensor<2xi32>) {
  // expected-error @+2 {{layer '0' expects the number of classes to be 3, got 4}}
  // expected-note @+1 {{3 comes from the weights of layer '0'}}
  %0 = nn.nll %x, %t weights(1.0, 2.0, 3.0) : tensor<2x4xf32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @no_weights(%x: tensor<2x4xf32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{expected floating point literal}}
  %0 = nn.nll %x, %t weights() : tensor<2x4xf32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @delta(%x: tensor<2x4xf32>, %t: tensor<2x4xf32>) {
  // expected-error @+1 {{layer '0' needs a 'delta' of more than 0, got 0.0}}
  %0 = nn.huber %x, %t delta(0.0) : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @result(%x: tensor<2x4xf32>, %t: tensor<2x4xf32>) {
  // expected-error @+1 {{layer '0' has one number as its result, a tensor<1xf32>, got rank 2}}
  %0 = nn.mse %x, %t : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return
}

// -----

nn.sequential @two(%x: tensor<2x4xf32>, %t: tensor<2x4xf32>) {
  // expected-error @+3 {{layer '0' expects result 1, got 2}}
  // expected-note @+2 {{1 comes from the sum that layer '0' computes}}
  // expected-note @+1 {{2 comes from the type written for the result of layer '0'}}
  %0 = nn.mse %x, %t : tensor<2x4xf32>, tensor<2x4xf32> -> tensor<2xf32>
  nn.return
}

// -----

nn.sequential @ranks(%x: tensor<2x4xf32>, %t: tensor<2xf32>) {
  // expected-error @+1 {{layer '0' expects an input and a target of one rank, 1 or more, got ranks 2 and 1}}
  %0 = nn.mse %x, %t : tensor<2x4xf32>, tensor<2xf32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @label_ranks(%x: tensor<2x4xf32>, %t: tensor<2x4xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more and labels of one less, got ranks 2 and 2}}
  %0 = nn.cross_entropy %x, %t : tensor<2x4xf32>, tensor<2x4xi32> -> tensor<1xf32>
  nn.return
}

// -----

// expected-note @+2 {{3 comes from}}
// expected-note @+1 {{2 comes from}}
nn.sequential @sizes(%x: tensor<2x4xf32>, %t: tensor<3xi32>) {
  // expected-error @+1 {{layer '0' expects dimension 0 of its labels to be 2, got 3}}
  %0 = nn.cross_entropy %x, %t : tensor<2x4xf32>, tensor<3xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @batch(%x: tensor<2x4xf32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' has the batch, dimension 0, as its axis; any other dimension will do}}
  %0 = nn.cross_entropy %x, %t axis(0) : tensor<2x4xf32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @negative(%x: tensor<2x3xf32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' needs 'weights' of 0 or more, finite in f32 and not all 0, got}}
  %0 = nn.cross_entropy %x, %t weights(1.0, -1.0, 2.0) : tensor<2x3xf32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @infinite(%x: tensor<2x3xf32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' needs 'weights' of 0 or more, finite in f32 and not all 0, got}}
  %0 = nn.cross_entropy %x, %t weights(1.0, 1.0e39, 2.0) : tensor<2x3xf32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @nothing(%x: tensor<2x3xf32>, %t: tensor<2xi32>) {
  // expected-error @+1 {{layer '0' needs 'weights' of 0 or more, finite in f32 and not all 0, got}}
  %0 = nn.cross_entropy %x, %t weights(0.0, 0.0, 0.0) : tensor<2x3xf32>, tensor<2xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @scalar(%x: tensor<f32>, %t: tensor<?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more and labels of one less, got ranks 0 and 1}}
  %0 = nn.cross_entropy %x, %t : tensor<f32>, tensor<?xi32> -> tensor<1xf32>
  nn.return
}

// -----

nn.sequential @scalar_nll(%x: tensor<f32>, %t: tensor<?xi32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more and labels of one less, got ranks 0 and 1}}
  %0 = nn.nll %x, %t : tensor<f32>, tensor<?xi32> -> tensor<1xf32>
  nn.return
}
