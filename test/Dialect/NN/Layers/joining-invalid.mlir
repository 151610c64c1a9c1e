// RUN: nascent-opt %s --split-input-file --verify-diagnostics

nn.sequential @one(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' joins two values or more, got one}}
  %0 = nn.add %x : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @one_part(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' joins two values or more, got one}}
  %0 = nn.concat %x axis(1) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @types(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected a type for each of 3 operands, got 2}}
  %0 = nn.add %x, %x, %x : tensor<?x4xf32>, tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @no_result_type(%x: tensor<?x4xf32>, %y: tensor<2x4xf32>) {
  // expected-error @+1 {{expected '->'}}
  %0 = nn.add %x, %y : tensor<?x4xf32>, tensor<2x4xf32>
  nn.return
}

// -----

nn.sequential @two_types(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected a type for each of 1 operands, got 2}}
  %0 = nn.relu %x : tensor<?x4xf32>, tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @no_axis(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{needs the clause 'axis(…)'}}
  %0 = nn.concat %x, %x : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @batch(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' has the batch, dimension 0, as its axis; any other dimension will do}}
  %0 = nn.concat %x, %x axis(-2) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @axis(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects an axis from 1 to 1, or from -1 to -1, for values of rank 2, got 2}}
  %0 = nn.slice %x axis(2) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @vector(%x: tensor<?xf32>) {
  // expected-error @+1 {{layer '0' expects an input of rank 2 or more, got rank 1}}
  %0 = nn.slice %x axis(0) : tensor<?xf32> -> tensor<?xf32>
  nn.return
}

// -----

nn.sequential @ranks(%x: tensor<?x4xf32>, %y: tensor<?x4x1xf32>) {
  // expected-error @+1 {{layer '0' expects inputs of one rank, got ranks 2 and 3}}
  %0 = nn.add %x, %y : tensor<?x4xf32>, tensor<?x4x1xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @result_rank(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects an output of the input's rank 2, got rank 3}}
  %0 = nn.mul %x, %x : tensor<?x4xf32> -> tensor<?x4x1xf32>
  nn.return
}

// -----

// expected-note @+2 {{4 comes from input 0 of network 'sizes'}}
// expected-note @+1 {{5 comes from input 1 of network 'sizes'}}
nn.sequential @sizes(%x: tensor<?x4xf32>, %y: tensor<?x5xf32>) {
  // expected-error @+1 {{layer 'sum' expects dimension 1 of its 2nd input to be 4, got 5}}
  %0 = nn.add %x, %y name("sum") : tensor<?x4xf32>, tensor<?x5xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

// expected-note @+2 {{2 comes from input 0 of network 'other_sizes'}}
// expected-note @+1 {{3 comes from input 1 of network 'other_sizes'}}
nn.sequential @other_sizes(%x: tensor<2x4xf32>, %y: tensor<3x5xf32>) {
  // expected-error @+1 {{layer '0' expects dimension 0 of its 2nd input to be 2, got 3}}
  %0 = nn.concat %x, %y axis(1) : tensor<2x4xf32>, tensor<3x5xf32> -> tensor<?x9xf32>
  nn.return
}

// -----

nn.sequential @sum(%x: tensor<?x4xf32>, %y: tensor<?x5xf32>) {
  // expected-error @+3 {{layer '0' expects concatenated size 9, got 10}}
  // expected-note @+2 {{9 comes from 4 + 5 concatenated by layer '0'}}
  // expected-note @+1 {{10 comes from the type written for the result of layer '0'}}
  %0 = nn.concat %x, %y axis(1) : tensor<?x4xf32>, tensor<?x5xf32> -> tensor<?x10xf32>
  nn.return
}

// -----

nn.sequential @too_small(%x: tensor<?x4xf32>, %y: tensor<?x?xf32>) {
  // expected-error @+2 {{layer '0' expects a concatenated size of more than 4, which the known inputs have, got 4}}
  // expected-note @+1 {{4 comes from the type written for the result of layer '0'}}
  %0 = nn.concat %x, %y axis(1) : tensor<?x4xf32>, tensor<?x?xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @too_large(%x: tensor<?x2305843009213693951xf32>) {
  // expected-error @+1 {{layer '0' concatenates 2^63 elements or more}}
  %0 = nn.concat %x, %x, %x, %x, %x axis(1) : tensor<?x2305843009213693951xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'outside'}}
nn.sequential @outside(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' ends past the last of 4 elements: its end is 5}}
  %0 = nn.slice %x axis(1) start(1) end(5) : tensor<?x4xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'before'}}
nn.sequential @before(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' starts before the first of 4 elements: its start is -5}}
  %0 = nn.slice %x axis(1) start(-5) : tensor<?x4xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @nothing(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{layer '0' takes no elements: it starts with element 3 and ends before element 3}}
  %0 = nn.slice %x axis(1) start(3) end(3) : tensor<?x?xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @huge(%x: tensor<?x?xf32>) {
  // expected-error @+1 {{layer '0' takes a part of 2^63 elements or more, with what it leaves out}}
  %0 = nn.slice %x axis(1) start(9223372036854775807) : tensor<?x?xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @part(%x: tensor<?x?xf32>) {
  // expected-error @+3 {{layer '0' expects size of the part 3, got 4}}
  // expected-note @+2 {{3 comes from the part taken by layer '0'}}
  // expected-note @+1 {{4 comes from the type written for the result of layer '0'}}
  %0 = nn.slice %x axis(1) start(2) end(5) : tensor<?x?xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @commas(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{expected a clause or ':', got ','; the layer takes one operand, and clauses have no commas between them}}
  %0 = nn.slice %x, %x axis(1) : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @names(%x: tensor<?x4xf32>) {
  %0 = nn.add %x, %x name("s") : tensor<?x4xf32>
  // expected-note @-1 {{the other layer is here}}
  // expected-error @+1 {{has the name "s" of another layer; give it its own}}
  %1 = nn.mul %0, %0 name("s") : tensor<?x4xf32>
  nn.return
}

// -----

// What others call a layer, in capitals or not.
nn.sequential @cat(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{custom op 'nn.Cat' is unknown (did you mean 'nn.concat'?); the layers are nn.adaptive_avg_pool1d, nn.adaptive_avg_pool2d}}
  %0 = nn.Cat %x, %x axis(1) : tensor<?x4xf32> -> tensor<?x8xf32>
  nn.return
}

// -----

nn.sequential @sum(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{custom op 'nn.sum' is unknown (did you mean 'nn.add'?)}}
  %0 = nn.sum %x, %x : tensor<?x4xf32>
  nn.return
}

// -----

nn.sequential @none(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' joins two values or more, got none}}
  %0 = "nn.add"() <{name = "0"}> : () -> tensor<2x3xf32>
  nn.return
}

// -----

nn.sequential @none_concatenated(%x: tensor<2x3xf32>) {
  // expected-error @+1 {{layer '0' joins two values or more, got none}}
  %0 = "nn.concat"() <{axis = 1 : i64, name = "0"}> : () -> tensor<2x3xf32>
  nn.return
}

// -----

// expected-note @+1 {{4 comes from input 0 of network 'behind'}}
nn.sequential @behind(%x: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' takes no elements: it starts with element 4 and ends before element 4}}
  %0 = nn.slice %x axis(1) start(4) : tensor<?x4xf32> -> tensor<?x?xf32>
  nn.return
}

// -----

nn.sequential @three(%x: tensor<?x4x4xf32>) {
  // expected-error @+1 {{layer '0' multiplies two values, got 3}}
  %0 = nn.matmul %x, %x, %x : tensor<?x4x4xf32>, tensor<?x4x4xf32>, tensor<?x4x4xf32> -> tensor<?x4x4xf32>
  nn.return
}

// -----

nn.sequential @ranks(%x: tensor<?x4x4xf32>, %y: tensor<?x4xf32>) {
  // expected-error @+1 {{layer '0' expects two values and a result of one rank, 3 or more, got ranks 3, 2 and 3}}
  %0 = nn.matmul %x, %y : tensor<?x4x4xf32>, tensor<?x4xf32> -> tensor<?x4x4xf32>
  nn.return
}

// -----

// expected-note @+1 {{5 comes from input 0 of network 'depth'}}
nn.sequential @depth(%x: tensor<2x4x5xf32>, %y: tensor<2x6x3xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 1 of its 2nd input, which it sums over, to be 5, got 6}}
  // expected-note @-2 {{6 comes from input 1 of network 'depth'}}
  %0 = nn.matmul %x, %y : tensor<2x4x5xf32>, tensor<2x6x3xf32> -> tensor<2x4x3xf32>
  nn.return
}

// -----

// expected-note @+1 {{3 comes from input 0 of network 'groups'}}
nn.sequential @groups(%x: tensor<2x3x4x5xf32>, %y: tensor<2x6x5x3xf32>) {
  // expected-error @+2 {{layer '0' expects dimension 1 of its 2nd input to be 3, got 6}}
  // expected-note @-2 {{6 comes from input 1 of network 'groups'}}
  %0 = nn.matmul %x, %y : tensor<2x3x4x5xf32>, tensor<2x6x5x3xf32> -> tensor<2x3x4x3xf32>
  nn.return
}
