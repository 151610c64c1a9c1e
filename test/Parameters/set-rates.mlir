// Rates by name; the last pattern that matches holds. What has rate 0 is frozen, and
// its place is behind all that gradients have: weights, then statistics.
//
// RUN: nascent-opt %s --nn-set-rates="rates=*=0,0.*=0.5,0.bias=1,net:1.weight=1" --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nn-set-rates="rates=0.*=0" --nn-assign-layouts | FileCheck %s --check-prefix=PLACE
//
// A rate is set anew, 1 as well; one that no pattern matches stays.
// RUN: nascent-opt %s --nn-set-rates="rates=0.*=0.5,1.bias=0.5" --nn-set-rates="rates=0.weight=1" | FileCheck %s --check-prefix=ANEW
// ANEW: nn.parameter @w : tensor<8x4xf32> init(#nn.zeros){{$}}
// ANEW: nn.parameter @b : tensor<8xf32> init(#nn.zeros) {nn.rate = 5.000000e-01 : f32}

// CHECK: nn.parameter @w : tensor<8x4xf32> init(#nn.zeros) {nn.rate = 5.000000e-01 : f32}
// CHECK: nn.parameter @b : tensor<8xf32> init(#nn.zeros){{$}}
// CHECK: nn.parameter @s : tensor<8xf32> init(#nn.ones){{$}}
// CHECK: nn.parameter @o : tensor<8xf32> init(#nn.zeros) trainable(false){{$}}
// CHECK: nn.parameter @m : tensor<8xf32> init(#nn.zeros) trainable(false){{$}}

// PLACE: nn.parameter @w : {{.*}} trainable(false) {{.*}} offset(256)
// PLACE: nn.parameter @b : {{.*}} trainable(false) offset(384)
// PLACE: nn.parameter @s : {{.*}} offset(0)
// PLACE: nn.parameter @o : {{.*}} offset(64)
// PLACE: nn.parameter @m : {{.*}} offset(128)
// PLACE: nn.parameter @v : {{.*}} offset(192)
nn.parameter @w : tensor<8x4xf32> init(#nn.zeros)
nn.parameter @b : tensor<8xf32> init(#nn.zeros)
nn.parameter @s : tensor<8xf32> init(#nn.ones)
nn.parameter @o : tensor<8xf32> init(#nn.zeros)
nn.parameter @m : tensor<8xf32> init(#nn.zeros) trainable(false)
nn.parameter @v : tensor<8xf32> init(#nn.ones) trainable(false)
nn.sequential @net(%x: tensor<2x4xf32>) -> tensor<2x8xf32> {
  %0 = nn.dense %x, 8 weight(@w) bias(@b) : tensor<2x4xf32> -> tensor<2x8xf32>
  %1 = nn.batch_norm %0 weight(@s) bias(@o) running_mean(@m) running_var(@v) : tensor<2x8xf32>
  nn.return %1 : tensor<2x8xf32>
}
