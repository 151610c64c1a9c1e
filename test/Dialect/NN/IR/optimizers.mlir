// RUN: nascent-opt %s --verify-roundtrip | FileCheck %s

// What is not stated is PyTorch's, and what is PyTorch's is not printed.
// CHECK: module attributes {test.optimizers = [
// CHECK-SAME: #nn.sgd, #nn.sgd<learning_rate = 0.1, momentum = 0.9, weight_decay = 0.0001, nesterov = true>,
// CHECK-SAME: #nn.adam, #nn.adam<learning_rate = 0.01, beta1 = 0.8, beta2 = 0.99, epsilon = 1.e-07, weight_decay = 0.001>,
// CHECK-SAME: #nn.adamw, #nn.adamw<weight_decay = 0.1>,
// CHECK-SAME: #nn.rmsprop, #nn.rmsprop<alpha = 0.9, momentum = 0.5>,
// CHECK-SAME: #nn.adagrad, #nn.adagrad<learning_rate_decay = 0.01>]}
module attributes {test.optimizers = [
  #nn.sgd<learning_rate = 0.001, nesterov = false>,
  #nn.sgd<nesterov = true, learning_rate = 0.1, momentum = 0.9, weight_decay = 1.0e-4>,
  #nn.adam<beta1 = 0.9, beta2 = 0.999, epsilon = 1.0e-8, weight_decay = 0.0>,
  #nn.adam<learning_rate = 0.01, beta1 = 0.8, beta2 = 0.99, epsilon = 1.0e-7, weight_decay = 1.0e-3>,
  #nn.adamw<weight_decay = 0.01>,
  #nn.adamw<weight_decay = 0.1>,
  #nn.rmsprop<learning_rate = 0.01, alpha = 0.99>,
  #nn.rmsprop<alpha = 0.9, momentum = 0.5>,
  #nn.adagrad<epsilon = 1.0e-10>,
  #nn.adagrad<learning_rate_decay = 0.01>]} {}
