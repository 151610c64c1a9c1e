// RUN: nascent-opt %s --nn-inline-blocks --split-input-file --verify-roundtrip | FileCheck %s --implicit-check-not=nn.block

// Each use has layers of its own, called by their path, in the place of the
// block; a layer tied inside its block is tied to the copy beside it.
// CHECK-NOT:   @pair
// CHECK-LABEL: nn.sequential @net(
// CHECK-SAME:    %[[X:.*]]: tensor<?x4xf32>
// CHECK-NEXT:    %[[A0:.*]] = nn.dense %[[X]], 4 name("first.0") : tensor<?x4xf32>
// CHECK-NEXT:    %[[A1:.*]] = nn.dense %[[A0]], 4 name("first.1") tie("first.0")
// CHECK-NEXT:    %[[R:.*]] = nn.relu %[[A1]] name("1") : tensor<?x4xf32>
// CHECK-NEXT:    %[[B0:.*]] = nn.dense %[[R]], 4 name("2.0") : tensor<?x4xf32>
// CHECK-NEXT:    %[[B1:.*]] = nn.dense %[[B0]], 4 name("2.1") tie("2.0")
// A block tied to another shares what the other has of its own.
// CHECK-NEXT:    %[[C0:.*]] = nn.dense %[[B1]], 4 name("3.0") tie("first.0")
// CHECK-NEXT:    %[[C1:.*]] = nn.dense %[[C0]], 4 name("3.1") tie("3.0")
// CHECK-NEXT:    nn.return %[[C1]]
nn.sequential private @pair(%x: tensor<?x?xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 : tensor<?x?xf32> -> tensor<?x4xf32>
  %1 = nn.dense %0, 4 tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}
nn.sequential @net(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.block @pair(%x) name("first") : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.relu %0 : tensor<?x4xf32>
  %2 = nn.block @pair(%1) : tensor<?x4xf32> -> tensor<?x4xf32>
  %3 = nn.block @pair(%2) tie("first") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %3 : tensor<?x4xf32>
}

// -----

// Blocks in blocks, wherever their networks stand; a tie may lead into a block.
// CHECK-LABEL: nn.sequential @outer(
// CHECK-NEXT:    nn.dense %{{.*}}, 4 name("0.a.0")
// CHECK-NEXT:    nn.dense %{{.*}}, 4 name("0.b.0")
// CHECK-NEXT:    nn.dense %{{.*}}, 4 name("1.a.0") tie("0.a.0")
// CHECK-NEXT:    nn.dense %{{.*}}, 4 name("1.b.0") tie("0.b.0")
// CHECK-NEXT:    nn.dense %{{.*}}, 4 name("2.0") tie("0.b.0")
// CHECK-NEXT:    nn.return
nn.sequential @outer(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.block @two(%x) : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.block @two(%0) tie("0") : tensor<?x4xf32> -> tensor<?x4xf32>
  %2 = nn.block @one(%1) tie("0.b") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %2 : tensor<?x4xf32>
}
nn.sequential private @two(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.block @one(%x) name("a") : tensor<?x4xf32> -> tensor<?x4xf32>
  %1 = nn.block @one(%0) name("b") : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %1 : tensor<?x4xf32>
}
nn.sequential private @one(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = nn.dense %x, 4 : tensor<?x4xf32> -> tensor<?x4xf32>
  nn.return %0 : tensor<?x4xf32>
}

// -----

// What either network states of a shared value holds for both, and it is
// remembered where it is stated.
// CHECK-DAG:   #[[$OUTPUT:.*]] = loc("output 0 of network 'stated'"(#{{.*}}))
// CHECK-DAG:   #[[$RESULT:.*]] = loc("the type written for the result of layer '0'"(#{{.*}}))
// CHECK-LABEL: nn.sequential @narrow(
// CHECK-SAME:    %[[X:[^:]*]]: tensor<?x20xf32> {nn.origins = [unit, loc("input 0 of network 'stated'"({{.*}}))]}) -> tensor<?x?xf32>
// CHECK-NEXT:    %[[Y:.*]] = nn.relu %[[X]] name("0.0") {nn.origins = [#[[$OUTPUT]], #[[$RESULT]]]} : tensor<?x20xf32> -> tensor<7x20xf32>
// CHECK-NEXT:    nn.relu %[[Y]] : tensor<7x20xf32> -> tensor<?x?xf32>
nn.sequential private @stated(%x: tensor<?x20xf32>) -> tensor<7x?xf32> {
  %0 = nn.relu %x : tensor<?x20xf32> -> tensor<?x?xf32>
  nn.return %0 : tensor<?x?xf32>
}
nn.sequential @narrow(%x: tensor<?x?xf32>) -> tensor<?x?xf32> {
  %0 = nn.block @stated(%x) : tensor<?x?xf32> -> tensor<?x20xf32>
  %1 = nn.relu %0 : tensor<?x20xf32> -> tensor<?x?xf32>
  nn.return %1 : tensor<?x?xf32>
}

// -----

// A block that returns its input; two inputs and two outputs; a public network
// used as a block stays.
// CHECK-LABEL: nn.sequential @swap(
// CHECK-LABEL: nn.sequential @through(
// CHECK-SAME:    %[[X:.*]]: tensor<2x3xf32>, %[[Y:.*]]: tensor<2x4xf32>
// CHECK-NEXT:    %[[R:.*]] = nn.relu %[[Y]] : tensor<2x4xf32>
// CHECK-NEXT:    nn.return %[[R]], %[[X]]
nn.sequential @swap(%x: tensor<?x?xf32>, %y: tensor<?x?xf32>) -> (tensor<?x?xf32>, tensor<?x?xf32>) {
  nn.return %y, %x : tensor<?x?xf32>, tensor<?x?xf32>
}
nn.sequential @through(%x: tensor<2x3xf32>, %y: tensor<2x4xf32>) -> (tensor<2x4xf32>, tensor<2x3xf32>) {
  %0 = nn.relu %y : tensor<2x4xf32>
  %1, %2 = nn.block @swap(%x, %0) : tensor<2x3xf32>, tensor<2x4xf32> -> tensor<2x4xf32>, tensor<2x3xf32>
  nn.return %1, %2 : tensor<2x4xf32>, tensor<2x3xf32>
}
