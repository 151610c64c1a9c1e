// RUN: rm -rf %t && mkdir %t && split-file %s %t
// DEFINE: %{declare} = nascent-opt --nascent-bind-and-infer --nn-assign-layouts --verify-diagnostics
// RUN: %{declare} --nascent-declare-interface=without=frobnicate %t/unknown.mlir
// RUN: %{declare} --nascent-declare-interface=without=forward %t/forward.mlir
// RUN: %{declare} --nascent-declare-interface %t/names.mlir
// RUN: %{declare} --nascent-declare-interface=without=init %t/free.mlir
// RUN: %{declare} --nascent-declare-interface %t/unread.mlir
// RUN: %{declare} --nascent-declare-interface=threads=steps %t/steps.mlir
// RUN: sed /expected/d %t/steps.mlir | nascent-opt --nascent-bind-and-infer --nn-assign-layouts --nascent-declare-interface -o /dev/null
// RUN: %{declare} --nascent-declare-interface=stream %t/batch.mlir
// RUN: %{declare} --nascent-declare-interface=stream %t/batches.mlir
// RUN: %{declare} --nascent-declare-interface="stream threads=steps" %t/threads.mlir
// RUN: %{declare} --nascent-declare-interface="train-sgd optimizers=adam" %t/sgd.mlir
// RUN: %{declare} --nascent-declare-interface="train-sgd optimizers=sgd" %t/lossless.mlir
// RUN: nascent-opt --nascent-declare-interface --verify-diagnostics %t/early.mlir
// RUN: nascent-opt --nn-assign-layouts --nascent-declare-interface="optimizers=sgd" --verify-diagnostics %t/companion.mlir
// RUN: nascent-opt --nn-assign-layouts --nascent-declare-interface="optimizers=sgd" --verify-diagnostics %t/argument.mlir
// RUN: not nascent-opt %t/free.mlir --nascent-bind-and-infer --nascent-lower-to-llvm=without=frobnicate 2>&1 | FileCheck %s
// CHECK: error: there is no optional function 'frobnicate'; known are parameters, init, init_rows, get, set, get_range, set_range, find

//--- unknown.mlir
// expected-error @+1 {{there is no optional function 'frobnicate'; known are parameters, init, init_rows, get, set, get_range, set_range, find}}
module {}

//--- forward.mlir
// expected-error @+1 {{there is no optional function 'forward'; known are parameters, init,}}
module {}

//--- names.mlir
// expected-note @+1 {{network 'a.b' is here}}
nn.sequential @a.b(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
// expected-error @+1 {{network 'a_b' has the name 'A_B_PARAMETERS_BYTES' in C, which is also that of network 'a.b'; rename one of them}}
nn.sequential @a_b(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

//--- free.mlir
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {entry = "init"} {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
nn.sequential @net_forward(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

//--- unread.mlir
// expected-warning @+2 {{input 1 of network 'net' is used by nothing}}
// expected-error @+1 {{has input 1 of indices, but no layer reads it; leave it out}}
nn.sequential @net(%x: tensor<2x4xf32>, %i: tensor<2x4xi32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

//--- batch.mlir
// expected-error @+1 {{network 'net' is a stream, which keeps a state for each row of the batch, but the batch is open; bind it to a number, such as 1}}
nn.sequential @net(%x: tensor<?x5x4xf32>) -> tensor<?x5x4xf32> {
  %0 = nn.gru %x, 4 : tensor<?x5x4xf32> -> tensor<?x5x4xf32>
  nn.return %0 : tensor<?x5x4xf32>
}

//--- batches.mlir
// expected-note @+1 {{the network is here}}
nn.sequential @net(%x: tensor<1x5x4xf32>) -> tensor<1x5x4xf32> attributes {entry = "one"} {
  %0 = nn.relu %x : tensor<1x5x4xf32>
  nn.return %0 : tensor<1x5x4xf32>
}
// expected-error @+1 {{network 'net' is a stream, whose bindings share a state for each row of the batch: expected the same batch in all, got 1 and 2}}
nn.sequential @net.two(%x: tensor<2x5x4xf32>) -> tensor<2x5x4xf32> attributes {base = @net, entry = "two"} {
  %0 = nn.relu %x : tensor<2x5x4xf32>
  nn.return %0 : tensor<2x5x4xf32>
}

//--- threads.mlir
// expected-error @+1 {{network 'net' is a stream, which the thread that calls it computes: leave out --threads or --stream}}
nn.sequential @net(%x: tensor<1x5x4xf32>) -> tensor<1x5x4xf32> {
  %0 = nn.gru %x, 4 : tensor<1x5x4xf32> -> tensor<1x5x4xf32>
  nn.return %0 : tensor<1x5x4xf32>
}

//--- steps.mlir
// A step function is there only where there are threads.
// expected-error @+2 {{network 'net' has the name 'net_forward_step' in C, which is also that of entry 'step' of network 'net'; rename one of them}}
// expected-note @+1 {{entry 'step' of network 'net' is here}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
nn.sequential @net.step(%x: tensor<3x4xf32>) -> tensor<3x4xf32> attributes {base = @net, entry = "step"} {
  %0 = nn.relu %x : tensor<3x4xf32>
  nn.return %0 : tensor<3x4xf32>
}

//--- early.mlir
// expected-error @+1 {{'net' has no layouts yet; run nn-assign-layouts first}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.relu %x : tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}

//--- sgd.mlir
// expected-error @+1 {{what trains in one call takes steps of sgd, which is none of the optimisers; name it, too}}
module {}

//--- lossless.mlir
// expected-error @+1 {{network 'net' is to be trained in one call, but there is no loss to train it by; name one by --loss}}
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.dense %x, 4 weight(@w) no_bias name("0") : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
nn.parameter @w : tensor<4x4xf32> init(#nn.zeros)

//--- companion.mlir
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.dense %x, 4 weight(@w) no_bias name("0") : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
// expected-error @+1 {{has 'nn.training', so it must end in a loss of two values}}
nn.sequential @net.loss(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {base = @net, nn.training = "loss"} {
  %0 = nn.dense %x, 4 weight(@w) no_bias name("0") : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
nn.parameter @w : tensor<4x4xf32> init(#nn.zeros)

//--- argument.mlir
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x4xf32> {
  %0 = nn.dense %x, 4 weight(@w) no_bias name("0") : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %0 : tensor<2x4xf32>
}
// expected-error @+1 {{has 'nn.training', so it must end in a loss of two values}}
nn.sequential @net.loss(%x: tensor<2x4xf32>) -> tensor<2x4xf32> attributes {base = @net, nn.training = "loss"} {
  %0 = nn.dense %x, 4 weight(@w) no_bias name("0") : tensor<2x4xf32> -> tensor<2x4xf32>
  nn.return %x : tensor<2x4xf32>
}
nn.parameter @w : tensor<4x4xf32> init(#nn.zeros)
