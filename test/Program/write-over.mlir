// In training, a launch writes its result over an operand that nothing reads any
// more, and of which it reads each element for the one at its own place.
//
// RUN: nascent-opt %s --nascent-form-kernels --nascent-walk-batch --nascent-assign-buffers --verify-roundtrip | FileCheck %s

#all = affine_map<(d0, d1) -> (d0, d1)>
#turned = affine_map<(d0, d1) -> (d1, d0)>

// The product is written over %h, whose sign masks it.
// CHECK-LABEL: func.func private @net.forward(
// CHECK-SAME:    %[[X:.*]]: memref<4x4xf32> {{.*}}, %[[Y:.*]]: memref<4x4xf32> {{.*}})
// CHECK-NEXT:    %[[H:.*]] = memref.alloc() : memref<4x4xf32>
// CHECK:         nn.launch @net.layer_d ins(%[[X]], %[[H]] : {{.*}}) outs(%[[H]] : memref<4x4xf32>) {
// CHECK:         nn.launch @net.layer_y ins(%[[H]], %[[X]] : {{.*}}) outs(%[[Y]] : memref<4x4xf32>) {

// Both are seen as one row.
// CHECK-LABEL: func.func private @flat.forward(
// CHECK:         %[[H:.*]] = memref.alloc() : memref<4x4xf32>
// CHECK:         %[[P:.*]] = memref.alloc() : memref<4x4xf32>
// CHECK:         nn.launch @flat.layer_p {{.*}} outs(%[[P]] : memref<4x4xf32>) {
// CHECK:         %[[ROW:.*]] = memref.collapse_shape %[[H]] {{.*}} into memref<16xf32>
// CHECK:         nn.launch @flat.layer_d ins(%[[ROW]] : memref<16xf32>) outs(%[[ROW]] : memref<16xf32>) {
// CHECK:         nn.launch @flat.layer_y ins(%[[H]], %[[P]] :

// Not what is read later, nor what is read turned round, nor what the caller's
// loss may ask for again, nor in inference.
// CHECK-LABEL:   func.func private @later.forward(
// CHECK-COUNT-2:   memref.alloc
// CHECK-LABEL:   func.func private @across.forward(
// CHECK-COUNT-2:   memref.alloc
// CHECK-LABEL:   func.func private @own.forward(
// CHECK-COUNT-2:   memref.alloc
// CHECK-LABEL:   func.func private @inference.forward(
// CHECK-COUNT-2:   memref.alloc

func.func private @net.forward(%x: tensor<4x4xf32>) -> tensor<4x4xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<4x4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%space : tensor<4x4xf32>) -> tensor<4x4xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "h"} {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %product = linalg.matmul {nn.layer = "d"} ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  %d = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%product, %h : tensor<4x4xf32>, tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "d"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %on = arith.cmpf ogt, %b, %zero : f32
    %r = arith.select %on, %a, %zero : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %y = linalg.matmul {nn.layer = "y"} ins(%d, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

func.func private @flat.forward(%x: tensor<4x4xf32>) -> tensor<4x4xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<4x4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%space : tensor<4x4xf32>) -> tensor<4x4xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "h"} {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %p = linalg.matmul {nn.layer = "p"} ins(%h, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  %d = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%h : tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "d"} {
  ^bb0(%a: f32, %out: f32):
    %r = math.absf %a : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %y = linalg.matmul {nn.layer = "y"} ins(%d, %p : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

func.func private @later.forward(%x: tensor<4x4xf32>) -> tensor<4x4xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<4x4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%space : tensor<4x4xf32>) -> tensor<4x4xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "h"} {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %product = linalg.matmul {nn.layer = "d"} ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  %d = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%product, %h : tensor<4x4xf32>, tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "d"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %on = arith.cmpf ogt, %b, %zero : f32
    %r = arith.select %on, %a, %zero : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %y = linalg.matmul {nn.layer = "y"} ins(%d, %h : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

func.func private @across.forward(%x: tensor<4x4xf32>) -> tensor<4x4xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "gradients"} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<4x4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%space : tensor<4x4xf32>) -> tensor<4x4xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "h"} {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %product = linalg.matmul {nn.layer = "d"} ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  %d = linalg.generic {indexing_maps = [#all, #turned, #all], iterator_types = ["parallel", "parallel"]} ins(%product, %h : tensor<4x4xf32>, tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "d"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %on = arith.cmpf ogt, %b, %zero : f32
    %r = arith.select %on, %a, %zero : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %y = linalg.matmul {nn.layer = "y"} ins(%d, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

func.func private @own.forward(%x: tensor<4x4xf32>) -> tensor<4x4xf32> attributes {nn.parameter_bytes = 64 : i64, nn.training = "backward"} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<4x4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%space : tensor<4x4xf32>) -> tensor<4x4xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "h"} {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %product = linalg.matmul {nn.layer = "d"} ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  %d = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%product, %h : tensor<4x4xf32>, tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "d"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %on = arith.cmpf ogt, %b, %zero : f32
    %r = arith.select %on, %a, %zero : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %y = linalg.matmul {nn.layer = "y"} ins(%d, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}

func.func private @inference.forward(%x: tensor<4x4xf32>) -> tensor<4x4xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %zero = arith.constant 0.0 : f32
  %space = tensor.empty() : tensor<4x4xf32>
  %zeros = linalg.fill ins(%zero : f32) outs(%space : tensor<4x4xf32>) -> tensor<4x4xf32>
  %h = linalg.generic {indexing_maps = [#all, #all], iterator_types = ["parallel", "parallel"]} ins(%x : tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "h"} {
  ^bb0(%a: f32, %out: f32):
    %r = arith.negf %a : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %product = linalg.matmul {nn.layer = "d"} ins(%x, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  %d = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel"]} ins(%product, %h : tensor<4x4xf32>, tensor<4x4xf32>) outs(%space : tensor<4x4xf32>) attrs = {nn.layer = "d"} {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %on = arith.cmpf ogt, %b, %zero : f32
    %r = arith.select %on, %a, %zero : f32
    linalg.yield %r : f32
  } -> tensor<4x4xf32>
  %y = linalg.matmul {nn.layer = "y"} ins(%d, %x : tensor<4x4xf32>, tensor<4x4xf32>) outs(%zeros : tensor<4x4xf32>) -> tensor<4x4xf32>
  return %y : tensor<4x4xf32>
}
