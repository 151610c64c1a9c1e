// passes: nn-set-target{triple=x86_64-linux-gnu cpu=x86-64-v3},nascent-walk-batch,nascent-assign-buffers,nascent-outline-kernels,nascent-plan-buffers,nascent-emit-entry-points
nn.parameter @k : tensor<1024xf32> init(#nn.zeros) offset(0)
nn.parameter @large : tensor<512x1024xf32> init(#nn.zeros) offset(4096)
func.func private @cut.forward(%x: tensor<?x64x1024xf32>, %z: tensor<?x1024xf32>) -> tensor<?x1024xf32> attributes {nn.network = "cut", nn.parameter_bytes = 2101248 : i64} {
  %k = nn.load_parameter @k : tensor<1024xf32>
  %w = nn.load_parameter @large : tensor<512x1024xf32>
  %h = nn.launch @cut.layer_0 ins(%x : tensor<?x64x1024xf32>) parameters(%k : tensor<1024xf32>) -> tensor<?x64x8xf32> {
  ^bb0(%a: tensor<?x64x1024xf32>, %b: tensor<1024xf32>):
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x64x1024xf32>
    %pixels = tensor.empty(%rows) : tensor<?x64x8xf32>
    %start = linalg.fill ins(%zero : f32) outs(%pixels : tensor<?x64x8xf32>) -> tensor<?x64x8xf32>
    %sums = linalg.generic {indexing_maps = [affine_map<(n, p, o, c) -> (n, p, c)>, affine_map<(n, p, o, c) -> (c)>, affine_map<(n, p, o, c) -> (n, p, o)>], iterator_types = ["parallel", "parallel", "parallel", "reduction"]} ins(%a, %b : tensor<?x64x1024xf32>, tensor<1024xf32>) outs(%start : tensor<?x64x8xf32>) {
    ^bb1(%p: f32, %q: f32, %out: f32):
      %0 = arith.mulf %p, %q : f32
      %1 = arith.addf %out, %0 : f32
      linalg.yield %1 : f32
    } -> tensor<?x64x8xf32>
    nn.launch_yield %sums : tensor<?x64x8xf32>
  }
  %v = tensor.collapse_shape %h [[0], [1, 2]] : tensor<?x64x8xf32> into tensor<?x512xf32>
  %m = nn.launch @cut.layer_1 ins(%v : tensor<?x512xf32>) parameters(%w : tensor<512x1024xf32>) -> tensor<?x1024xf32> {
  ^bb0(%a: tensor<?x512xf32>, %b: tensor<512x1024xf32>):
    %zero = arith.constant 0.0 : f32
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x512xf32>
    %space = tensor.empty(%rows) : tensor<?x1024xf32>
    %init = linalg.fill ins(%zero : f32) outs(%space : tensor<?x1024xf32>) -> tensor<?x1024xf32>
    %0 = linalg.matmul ins(%a, %b : tensor<?x512xf32>, tensor<512x1024xf32>) outs(%init : tensor<?x1024xf32>) -> tensor<?x1024xf32>
    nn.launch_yield %0 : tensor<?x1024xf32>
  }
  %y = nn.launch @cut.layer_2 ins(%m, %z : tensor<?x1024xf32>, tensor<?x1024xf32>) -> tensor<?x1024xf32> {
  ^bb0(%a: tensor<?x1024xf32>, %b: tensor<?x1024xf32>):
    %c0 = arith.constant 0 : index
    %rows = tensor.dim %a, %c0 : tensor<?x1024xf32>
    %space = tensor.empty(%rows) : tensor<?x1024xf32>
    %sum = linalg.add ins(%a, %b : tensor<?x1024xf32>, tensor<?x1024xf32>) outs(%space : tensor<?x1024xf32>) -> tensor<?x1024xf32>
    nn.launch_yield %sum : tensor<?x1024xf32>
  }
  return %y : tensor<?x1024xf32>
}
