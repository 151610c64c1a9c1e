// What each stage prints is what the next may be given: every pass's output is
// verified, printed and read again, and the last result is that of one run.
//
// DEFINE: %{next} = nascent-opt --verify-each --verify-roundtrip
// RUN: nascent-opt %s --nn-materialize-parameters --verify-roundtrip -o %t.0
// RUN: %{next} %t.0 --nn-bind="bindings=net=?x20xf32" -o %t.1
// RUN: %{next} %t.1 --nn-infer-shapes -o %t.2
// RUN: %{next} %t.2 --nn-verify-resolved -o %t.3
// RUN: %{next} %t.3 --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64-v3" -o %t.4
// RUN: %{next} %t.4 --nn-assign-layouts -o %t.5
// RUN: %{next} %t.5 --nn-lower-init -o %t.6
// RUN: %{next} %t.6 --nn-lower-access -o %t.7
// RUN: %{next} %t.7 --convert-nn-to-linalg -o %t.8
// RUN: %{next} %t.8 --nascent-form-kernels -o %t.9
// RUN: %{next} %t.9 --nascent-walk-batch -o %t.10
// RUN: %{next} %t.10 --nascent-assign-buffers -o %t.11
// RUN: %{next} %t.11 --nascent-outline-kernels -o %t.12
// RUN: %{next} %t.12 --duplicate-function-elimination -o %t.13
// RUN: %{next} %t.13 --nascent-vectorize-kernels -o %t.14
// RUN: %{next} %t.14 --nascent-plan-buffers -o %t.15
// RUN: %{next} %t.15 --nascent-emit-entry-points -o %t.16
// RUN: %{next} %t.16 --nascent-expand-math -o %t.17
//
// RUN: nascent-opt %s --nascent-bind-and-infer="bindings=net=?x20xf32" \
// RUN:   --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64-v3" --nn-assign-layouts --nn-lower-init --nn-lower-access \
// RUN:   --nascent-lower-to-kernels --duplicate-function-elimination --nascent-vectorize-kernels --nascent-plan-buffers \
// RUN:   --nascent-emit-entry-points --nascent-expand-math -o %t.all
// RUN: diff %t.17 %t.all
//
// The same input gives the same bytes.
// RUN: nascent-opt %t.3 --nascent-lower-to-llvm -o %t.first
// RUN: nascent-opt %t.3 --nascent-lower-to-llvm -o %t.second
// RUN: cmp %t.first %t.second
//
// Bytecode holds as much as text.
// RUN: nascent-opt %t.5 --emit-bytecode | nascent-opt | diff %t.5 -
// RUN: nascent-opt %t.11 --emit-bytecode | nascent-opt | diff %t.11 -
// RUN: nascent-opt %t.17 --emit-bytecode | nascent-opt | diff %t.17 -

nn.sequential @net(%x: tensor<?x?xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %0 = nn.dense %x, 8 init(#nn.normal<0.0, 0.01>) : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.gelu %0 : tensor<?x8xf32>
  %2 = nn.dense %1, 8 tie("3") : tensor<?x8xf32> -> tensor<?x8xf32>
  %3 = nn.dense %1, 8 : tensor<?x8xf32> -> tensor<?x8xf32>
  %4 = nn.softmax %3 : tensor<?x8xf32>
  nn.return %2, %4 : tensor<?x8xf32>, tensor<?x8xf32>
}
nn.sequential @other(%x: tensor<4x4x4xf32>) -> tensor<64xf32> {
  %0 = nn.flatten %x start(0) : tensor<4x4x4xf32> -> tensor<64xf32>
  %1 = nn.tanh %0 : tensor<64xf32>
  nn.return %1 : tensor<64xf32>
}
