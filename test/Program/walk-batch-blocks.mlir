// A large batch becomes a function of some of its rows, and one of the remainder.
//
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --nascent-walk-batch=block-rows=4 --verify-roundtrip --split-input-file | FileCheck %s --check-prefixes=CHECK,FOUR
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --nascent-walk-batch=block-rows=0 --split-input-file | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --nascent-walk-batch=block-rows=5000000000 --split-input-file | FileCheck %s --check-prefixes=CHECK,ALL
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --nascent-walk-batch --split-input-file | FileCheck %s --check-prefixes=CHECK,CHOSEN
// RUN: not nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --nascent-walk-batch=block-rows=-7 --split-input-file 2>&1 | FileCheck %s --check-prefix=NEGATIVE
// NEGATIVE: error: block-rows must be a number of rows, or -1 to choose, got -7
// RUN: nascent-opt %s --convert-nn-to-linalg --nascent-form-kernels --nascent-walk-batch=remarks --split-input-file --verify-diagnostics

// FOUR-LABEL: func.func private @net.forward.rows_4(
// FOUR-SAME:    %{{.*}}: tensor<4x3xf32>) -> tensor<4x2xf32>
// FOUR-SAME:    nn.batch = 10 : i64, {{.*}} nn.rows = 4 : i64}
// FOUR:         nn.launch @net.layer_0.rows_4 {{.*}} -> tensor<4x5xf32>
// FOUR:         nn.launch @net.layer_1.rows_4 {{.*}} -> tensor<4x2xf32>
// FOUR-LABEL: func.func private @net.forward.rows_2(
// FOUR-SAME:    nn.batch = 10 : i64, {{.*}} nn.rows = 2 : i64}
// FOUR:         nn.launch @net.layer_0.rows_2 {{.*}} -> tensor<2x5xf32>
// ALL-LABEL:    func.func private @net.forward(
// ALL-NOT:      nn.batch
// ALL:          nn.launch @net.layer_0 {{.*}} -> tensor<10x5xf32>
// CHOSEN-LABEL: func.func private @net.forward(
// CHOSEN:       nn.launch @net.layer_0 {{.*}} -> tensor<10x5xf32>
nn.parameter @net.0.weight : tensor<5x3xf32> init(#nn.zeros) layout(#nn.panels<5>) offset(0)
nn.parameter @net.1.weight : tensor<2x5xf32> init(#nn.zeros) layout(#nn.panels<2>) offset(64)
nn.sequential @net(%x: tensor<10x3xf32>) -> tensor<10x2xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 5 no_bias weight(@net.0.weight) : tensor<10x3xf32> -> tensor<10x5xf32>
  %1 = nn.dense %0, 2 no_bias weight(@net.1.weight) : tensor<10x5xf32> -> tensor<10x2xf32>
  nn.return %1 : tensor<10x2xf32>
}

// -----

// Hidden values of 512 rows would leave the cache; eight blocks leave no remainder.
// CHOSEN-LABEL: func.func private @large.forward.rows_64(
// CHOSEN-SAME:    nn.batch = 512 : i64
// CHOSEN-NOT:   func.func private @large.forward
// ALL-LABEL:    func.func private @large.forward(
nn.parameter @large.0.weight : tensor<900x3xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
nn.parameter @large.1.weight : tensor<4x900xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(10816)
// expected-remark @+1 {{the batch of 512 rows goes through all layers in blocks of 64}}
nn.sequential @large(%x: tensor<512x3xf32>) -> tensor<512x4xf32> attributes {nn.parameter_bytes = 25216 : i64} {
  %0 = nn.dense %x, 900 no_bias weight(@large.0.weight) : tensor<512x3xf32> -> tensor<512x900xf32>
  %1 = nn.dense %0, 4 no_bias weight(@large.1.weight) : tensor<512x900xf32> -> tensor<512x4xf32>
  nn.return %1 : tensor<512x4xf32>
}

// -----

// One layer has no hidden values.
// CHECK-LABEL: func.func private @single.forward(
nn.parameter @single.0.weight : tensor<5x3xf32> init(#nn.zeros) layout(#nn.panels<5>) offset(0)
nn.sequential @single(%x: tensor<10x3xf32>) -> tensor<10x5xf32> attributes {nn.parameter_bytes = 64 : i64} {
  %0 = nn.dense %x, 5 no_bias weight(@single.0.weight) : tensor<10x3xf32> -> tensor<10x5xf32>
  %1 = nn.relu %0 : tensor<10x5xf32>
  nn.return %1 : tensor<10x5xf32>
}

// -----

// A vector has no rows that are independent of one another.
// CHECK-LABEL: func.func private @vector.forward(
nn.sequential @vector(%x: tensor<100xf32>) -> tensor<100xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<100xf32>
  %1 = nn.softmax %0 : tensor<100xf32>
  nn.return %1 : tensor<100xf32>
}

// -----

// Nor have inputs of which one is not as long.
// CHECK-LABEL: func.func private @mixed.forward(
nn.sequential @mixed(%x: tensor<100x2xf32>, %z: tensor<10x2xf32>) -> (tensor<100x2xf32>, tensor<10x2xf32>) attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.softmax %x : tensor<100x2xf32>
  %1 = nn.softmax %z : tensor<10x2xf32>
  nn.return %0, %1 : tensor<100x2xf32>, tensor<10x2xf32>
}

// -----

// Images one by one, and a weight of 4 MiB that twenty rows share: two segments. In
// blocks that are asked for, all layers are one.
// CHOSEN-LABEL: func.func private @cut.forward.segment_0.rows_1(
// CHOSEN-SAME:    tensor<1x32x32x16xf32>) -> tensor<1x32768xf32>
// CHOSEN-SAME:    nn.batch = 40 : i64
// CHOSEN-LABEL: func.func private @cut.forward.segment_1.rows_20(
// CHOSEN-SAME:    tensor<20x32768xf32>) -> tensor<20x32xf32>
// CHOSEN-NOT:   func.func private @cut.forward
// FOUR-LABEL:   func.func private @cut.forward.rows_4(
// FOUR-NOT:     nn.segment
// ALL-LABEL:    func.func private @cut.forward(
nn.parameter @cut.0.weight : tensor<32x16x1x1xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
nn.parameter @cut.2.weight : tensor<32x32768xf32> init(#nn.zeros) layout(#nn.panels<8, spatial = 1024>) offset(2048)
// expected-remark @+2 {{the batch of 40 rows goes through segment 0 of its kernels, which begins with 'cut.layer_0', in blocks of 1}}
// expected-remark @+1 {{the batch of 40 rows goes through segment 1 of its kernels, which begins with 'cut.layer_2', in blocks of 20}}
nn.sequential @cut(%x: tensor<40x16x32x32xf32, #nn.channels_last>) -> tensor<40x32xf32> attributes {nn.parameter_bytes = 4196352 : i64} {
  %0 = nn.conv2d %x, 32 kernel(1) no_bias weight(@cut.0.weight) : tensor<40x16x32x32xf32, #nn.channels_last> -> tensor<40x32x32x32xf32, #nn.channels_last>
  %1 = nn.flatten %0 : tensor<40x32x32x32xf32, #nn.channels_last> -> tensor<40x32768xf32, #nn.channels_last<1024>>
  %2 = nn.dense %1, 32 no_bias weight(@cut.2.weight) : tensor<40x32768xf32, #nn.channels_last<1024>> -> tensor<40x32xf32>
  nn.return %2 : tensor<40x32xf32>
}
