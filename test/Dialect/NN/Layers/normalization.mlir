// RUN: nascent-opt %s | nascent-opt | FileCheck %s
// RUN: nascent-opt %s --nn-materialize-parameters --nn-infer-shapes | FileCheck %s --check-prefix=INFER

// CHECK-LABEL: nn.sequential @clauses(
// CHECK-NEXT:    nn.batch_norm %{{.*}} eps(0.001) momentum(0.01) no_affine : tensor<?x6x?x?xf32>
// CHECK-NEXT:    nn.batch_norm %{{.*}} init(#nn.constant<2.0>) bias_init(#nn.ones) : tensor<?x6x?x?xf32>
// CHECK-NEXT:    nn.layer_norm %{{.*}} dims(2) eps(0.0) no_bias name("rows") : tensor<?x6x?x?xf32>
// CHECK-NEXT:    nn.group_norm %{{.*}}, 3 no_affine : tensor<?x6x?x?xf32>
// CHECK-NEXT:    nn.instance_norm %{{.*}} affine : tensor<?x6x?x?xf32>
nn.sequential @clauses(%x: tensor<?x6x?x?xf32>) -> tensor<?x6x?x?xf32> {
  %0 = nn.batch_norm %x no_affine momentum(0.01) eps(0.001) : tensor<?x6x?x?xf32>
  %1 = nn.batch_norm %0 bias_init(#nn.ones) init(#nn.constant<2.0>) eps(1.0e-5) momentum(0.1) : tensor<?x6x?x?xf32>
  %2 = nn.layer_norm %1 no_bias name("rows") eps(0.0) dims(2) : tensor<?x6x?x?xf32>
  %3 = nn.group_norm %2, 3 no_affine eps(1.0e-5) : tensor<?x6x?x?xf32>
  %4 = nn.instance_norm %3 affine : tensor<?x6x?x?xf32>
  nn.return %4 : tensor<?x6x?x?xf32>
}

// The parameters' shapes follow from the input's, their order is PyTorch's, and
// training leaves statistics alone. A network's default is for what is random.
// INFER:      nn.parameter @parameters.0.weight : tensor<6xf32> init(#nn.ones)
// INFER-NEXT: nn.parameter @parameters.0.bias : tensor<6xf32> init(#nn.zeros)
// INFER-NEXT: nn.parameter @parameters.0.running_mean : tensor<6xf32> init(#nn.zeros) trainable(false)
// INFER-NEXT: nn.parameter @parameters.0.running_var : tensor<6xf32> init(#nn.ones) trainable(false)
// INFER-NEXT: nn.parameter @parameters.1.running_mean : tensor<6xf32> init(#nn.zeros) trainable(false)
// INFER-NEXT: nn.parameter @parameters.1.running_var : tensor<6xf32> init(#nn.ones) trainable(false)
// INFER-NEXT: nn.parameter @parameters.2.weight : tensor<4x5xf32> init(#nn.ones)
// INFER-NEXT: nn.parameter @parameters.2.bias : tensor<4x5xf32> init(#nn.zeros)
// INFER-NEXT: nn.parameter @parameters.3.weight : tensor<5xf32> init(#nn.ones)
// INFER-NEXT: nn.parameter @parameters.4.weight : tensor<6xf32> init(#nn.constant<2.0>)
// INFER-NEXT: nn.parameter @parameters.4.bias : tensor<6xf32> init(#nn.zeros)
// INFER-NEXT: nn.parameter @parameters.6.weight : tensor<6xf32> init(#nn.ones)
// INFER-NEXT: nn.parameter @parameters.6.bias : tensor<6xf32> init(#nn.zeros)
// INFER-NEXT: nn.sequential @parameters(
nn.sequential @parameters(%x: tensor<2x6x4x5xf32>) -> tensor<?x?x?x?xf32> attributes {nn.default_init = #nn.xavier_uniform, nn.default_bias_init = #nn.ones} {
  %0 = nn.batch_norm %x : tensor<2x6x4x5xf32> -> tensor<?x?x?x?xf32>
  %1 = nn.batch_norm %0 no_affine : tensor<?x?x?x?xf32>
  %2 = nn.layer_norm %1 dims(2) : tensor<?x?x?x?xf32>
  %3 = nn.layer_norm %2 no_bias : tensor<?x?x?x?xf32>
  %4 = nn.group_norm %3, 2 init(#nn.constant<2.0>) : tensor<?x?x?x?xf32>
  %5 = nn.instance_norm %4 : tensor<?x?x?x?xf32>
  %6 = nn.instance_norm %5 affine : tensor<?x?x?x?xf32>
  nn.return %6 : tensor<?x?x?x?xf32>
}

// A parameter that is known says what the input is.
// INFER-LABEL: nn.sequential @backwards(
// INFER-SAME:    tensor<?x7x4x5xf32>) -> tensor<?x7x4x5xf32>
nn.parameter @mean : tensor<?xf32> init(#nn.zeros) trainable(false)
nn.parameter @variance : tensor<7xf32> init(#nn.ones) trainable(false)
nn.parameter @scale : tensor<4x5xf32> init(#nn.ones)
nn.sequential @backwards(%x: tensor<?x?x?x?xf32>) -> tensor<?x?x?x?xf32> {
  %0 = nn.batch_norm %x no_affine running_mean(@mean) running_var(@variance) : tensor<?x?x?x?xf32>
  %1 = nn.layer_norm %0 dims(2) no_bias weight(@scale) : tensor<?x?x?x?xf32>
  nn.return %1 : tensor<?x?x?x?xf32>
}

// Both ends of what a momentum may be.
// CHECK-LABEL: nn.sequential @momenta(
// CHECK-NEXT:    nn.batch_norm %{{.*}} momentum(0.0) no_affine : tensor<?x6xf32>
// CHECK-NEXT:    nn.batch_norm %{{.*}} momentum(1.0) no_affine : tensor<?x6xf32>
nn.sequential @momenta(%x: tensor<?x6xf32>) -> tensor<?x6xf32> {
  %0 = nn.batch_norm %x momentum(0.0) no_affine : tensor<?x6xf32>
  %1 = nn.batch_norm %0 momentum(1.0) no_affine : tensor<?x6xf32>
  nn.return %1 : tensor<?x6xf32>
}
