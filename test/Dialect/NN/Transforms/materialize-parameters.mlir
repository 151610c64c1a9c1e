// RUN: nascent-opt %s --nn-materialize-parameters --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters | FileCheck %s --check-prefix=ONCE
// RUN: nascent-opt %s --nn-materialize-parameters --nn-materialize-parameters | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters --nn-materialize-parameters | FileCheck %s --check-prefix=ONCE

// A parameter that is shared or there already is not created once more.
// ONCE-COUNT-14: nn.parameter
// ONCE-NOT:      nn.parameter

// A parameter's name is its network's, its layer's and its role. What is known
// of its shape is known already; the rest stays open. PyTorch's defaults.
// CHECK:      nn.parameter @mlp.0.weight : tensor<256x?xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>){{$}}
// CHECK-NEXT: nn.parameter @mlp.0.bias : tensor<256xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>){{$}}
// CHECK-NEXT: nn.parameter @mlp.2.weight : tensor<10x256xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>){{$}}
// CHECK-NEXT: nn.parameter @mlp.2.bias : tensor<10xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>){{$}}
// CHECK-LABEL: nn.sequential @mlp(
// CHECK-NEXT:    nn.dense %{{.*}}, 256 weight(@mlp.0.weight) bias(@mlp.0.bias) : tensor<?x?xf32> -> tensor<?x256xf32>
// CHECK-NEXT:    nn.relu %{{.*}} : tensor<?x256xf32>
// CHECK-NEXT:    nn.dense %{{.*}}, 10 weight(@mlp.2.weight) bias(@mlp.2.bias) : tensor<?x256xf32> -> tensor<?x10xf32>
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x10xf32> {
  %0 = nn.dense %x, 256 : tensor<?x?xf32> -> tensor<?x256xf32>
  %1 = nn.relu %0 : tensor<?x256xf32>
  %2 = nn.dense %1, 10 : tensor<?x256xf32> -> tensor<?x10xf32>
  nn.return %2 : tensor<?x10xf32>
}

// Stated initialisers, a stated width, a layer without bias, given names.
// CHECK:      nn.parameter @stated.first.weight : tensor<8x20xf32> init(#nn.normal<0.0, 0.01>){{$}}
// CHECK-NEXT: nn.parameter @stated.first.bias : tensor<8xf32> init(#nn.zeros){{$}}
// CHECK-NEXT: nn.parameter @"stated.block 0.weight" : tensor<4x8xf32> init(#nn.xavier_uniform){{$}}
// CHECK-NOT:  nn.parameter
// CHECK-LABEL: nn.sequential @stated(
// CHECK-NEXT:    nn.dense %{{.*}}, 8 in(20) name("first") init(#nn.normal<0.0, 0.01>) bias_init(#nn.zeros) weight(@stated.first.weight) bias(@stated.first.bias)
// CHECK-NEXT:    nn.dense %{{.*}}, 4 name("block 0") no_bias init(#nn.xavier_uniform) weight(@"stated.block 0.weight") :
nn.sequential @stated(%x: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 8 in(20) name("first") init(#nn.normal<0.0, 0.01>) bias_init(#nn.zeros) : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.dense %0, 4 name("block 0") no_bias init(#nn.xavier_uniform) : tensor<?x8xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}

// Ties are followed to their end, forwards and backwards in the body; saying the
// owner's initialiser once more is no contradiction.
// CHECK:      nn.parameter @tied.2.weight : tensor<8x8xf32> init(#nn.ones)
// CHECK-NEXT: nn.parameter @tied.2.bias : tensor<8xf32>
// CHECK-NOT:  nn.parameter
// CHECK-LABEL: nn.sequential @tied(
// CHECK-NEXT:    nn.dense %{{.*}}, 8 tie("2") weight(@tied.2.weight) bias(@tied.2.bias) :
// CHECK-NEXT:    nn.relu
// CHECK-NEXT:    nn.dense %{{.*}}, 8 init(#nn.ones) weight(@tied.2.weight) bias(@tied.2.bias) :
// CHECK-NEXT:    nn.dense %{{.*}}, 8 init(#nn.ones) tie("0") weight(@tied.2.weight) bias(@tied.2.bias) :
nn.sequential @tied(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  %0 = nn.dense %x, 8 tie("2") : tensor<?x8xf32> -> tensor<?x8xf32>
  %1 = nn.relu %0 : tensor<?x8xf32>
  %2 = nn.dense %1, 8 init(#nn.ones) : tensor<?x8xf32> -> tensor<?x8xf32>
  %3 = nn.dense %2, 8 tie("0") init(#nn.ones) : tensor<?x8xf32> -> tensor<?x8xf32>
  nn.return %3 : tensor<?x8xf32>
}

// A layer that refers to its parameter already keeps it.
// CHECK:      nn.parameter @own : tensor<3x?xf32> init(#nn.ones)
// CHECK-LABEL: nn.sequential @given(
// CHECK-NEXT:    nn.dense %{{.*}}, 3 no_bias weight(@own) :
nn.parameter @own : tensor<3x?xf32> init(#nn.ones)
nn.sequential @given(%x: tensor<?x?xf32>) -> tensor<?x3xf32> {
  %0 = nn.dense %x, 3 no_bias weight(@own) : tensor<?x?xf32> -> tensor<?x3xf32>
  nn.return %0 : tensor<?x3xf32>
}

// The same layer names in another network are other parameters; higher ranks
// have their width last.
// CHECK:      nn.parameter @other.0.weight : tensor<256x7xf32>
// CHECK-NEXT: nn.parameter @other.0.bias : tensor<256xf32>
// CHECK-NEXT: nn.parameter @other.narrow.weight : tensor<2x256xf32>
// CHECK-NEXT: nn.parameter @other.narrow.bias : tensor<2xf32>
// CHECK-LABEL: nn.sequential private @other(
nn.sequential private @other(%x: tensor<?x3x7xf32>) -> tensor<?x3x2xf32> {
  %0 = nn.dense %x, 256 : tensor<?x3x7xf32> -> tensor<?x3x256xf32>
  %1 = nn.dense %0, 2 name("narrow") : tensor<?x3x256xf32> -> tensor<?x3x2xf32>
  nn.return %1 : tensor<?x3x2xf32>
}

// Layers without parameters get none.
// CHECK-NEXT:    nn.dense
// CHECK-NEXT:    nn.dense
// CHECK-NEXT:    nn.return
// CHECK-NEXT:  }
// CHECK-NEXT:  nn.sequential @none(
nn.sequential @none(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = nn.softmax %x : tensor<?x3xf32>
  nn.return %0 : tensor<?x3xf32>
}
