// passes: nn-set-target{triple=x86_64-linux-gnu cpu=x86-64-v3},nascent-form-kernels,nascent-walk-batch,nascent-assign-buffers,nascent-outline-kernels,nascent-pad-rows,nascent-vectorize-kernels,nascent-plan-buffers,nascent-emit-entry-points,nascent-flatten-kernels
#all = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
nn.parameter @sgd.w : tensor<7x3xf32> init(#nn.zeros) layout(#nn.panels<4>) offset(0)
func.func private @sgd.forward(%g: tensor<2x3x4xf32>) attributes {nn.network = "sgd", nn.parameter_bytes = 128 : i64} {
  %rate = arith.constant 0.1 : f32
  %w = nn.load_parameter @sgd.w : tensor<2x3x4xf32>
  %space = tensor.empty() : tensor<2x3x4xf32>
  %new = linalg.generic {indexing_maps = [#all, #all, #all], iterator_types = ["parallel", "parallel", "parallel"]} ins(%w, %g : tensor<2x3x4xf32>, tensor<2x3x4xf32>) outs(%space : tensor<2x3x4xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %step = arith.mulf %b, %rate : f32
    %r = arith.subf %a, %step : f32
    linalg.yield %r : f32
  } -> tensor<2x3x4xf32>
  nn.store_parameter %new, @sgd.w : tensor<2x3x4xf32>
  return
}
nn.parameter @epilogue.w : tensor<8x3xf32> init(#nn.zeros) layout(#nn.panels<8>) offset(0)
func.func private @epilogue.forward(%x: tensor<5x3xf32>, %dy: tensor<5x8xf32>) attributes {nn.network = "epilogue", nn.parameter_bytes = 128 : i64} {
  %zero = arith.constant 0.0 : f32
  %rate = arith.constant 0.1 : f32
  %w = nn.load_parameter @epilogue.w : tensor<1x3x8xf32>
  %old = tensor.collapse_shape %w [[0, 1], [2]] : tensor<1x3x8xf32> into tensor<3x8xf32>
  %space = tensor.empty() : tensor<3x8xf32>
  %init = linalg.fill ins(%zero : f32) outs(%space : tensor<3x8xf32>) -> tensor<3x8xf32>
  %dw = linalg.matmul indexing_maps = [affine_map<(k, n, r) -> (r, k)>, affine_map<(k, n, r) -> (r, n)>, affine_map<(k, n, r) -> (k, n)>] ins(%x, %dy : tensor<5x3xf32>, tensor<5x8xf32>) outs(%init : tensor<3x8xf32>) -> tensor<3x8xf32>
  %new = linalg.generic {indexing_maps = [affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>, affine_map<(d0, d1) -> (d0, d1)>], iterator_types = ["parallel", "parallel"]} ins(%dw, %old : tensor<3x8xf32>, tensor<3x8xf32>) outs(%space : tensor<3x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %step = arith.mulf %a, %rate : f32
    %r = arith.subf %b, %step : f32
    linalg.yield %r : f32
  } -> tensor<3x8xf32>
  %panels = tensor.expand_shape %new [[0, 1], [2]] output_shape [1, 3, 8] : tensor<3x8xf32> into tensor<1x3x8xf32>
  nn.store_parameter %panels, @epilogue.w : tensor<1x3x8xf32>
  return
}
