// Contractions that no layer makes yet, in the form that nascent-outline-kernels
// leaves. Each kernel computes a part of its work.

// A convolution of 3 channels, stride 2 and padding 1: the input is 27 × 29 with
// a halo of one pixel. kw and c are one loop. The output is channels 32 to 95 of
// 112.
func.func @image(%x: memref<2x29x31x3xf32>, %w: memref<2x3x3x3x32xf32>, %b: memref<64xf32>, %y: memref<2x14x15x64xf32, strided<[23520, 1680, 112, 1], offset: 32>>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x29x31x3xf32> to tensor<2x29x31x3xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x3x3x3x32xf32> to tensor<2x3x3x3x32xf32>
  %2 = bufferization.to_tensor %b restrict : memref<64xf32> to tensor<64xf32>
  %3 = tensor.empty() : tensor<64x3x3x3xf32>
  %4 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [32] into %3 : tensor<2x3x3x3x32xf32> -> tensor<64x3x3x3xf32>
  %5 = tensor.empty() : tensor<2x14x15x64xf32>
  %6 = linalg.broadcast ins(%2 : tensor<64xf32>) outs(%5 : tensor<2x14x15x64xf32>) dimensions = [0, 1, 2]
  %7 = linalg.conv_2d_nhwc_fhwc {strides = dense<2> : tensor<2xi64>} ins(%0, %4 : tensor<2x29x31x3xf32>, tensor<64x3x3x3xf32>) outs(%6 : tensor<2x14x15x64xf32>) -> tensor<2x14x15x64xf32>
  %8 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%7 : tensor<2x14x15x64xf32>) outs(%5 : tensor<2x14x15x64xf32>) {
    ^bb0(%in: f32, %out: f32):
      %zero = arith.constant 0.0 : f32
      %less = arith.cmpf olt, %in, %zero : f32
      %relu = arith.select %less, %zero, %in : f32
      linalg.yield %relu : f32
  } -> tensor<2x14x15x64xf32>
  bufferization.materialize_in_destination %8 in restrict writable %y : (tensor<2x14x15x64xf32>, memref<2x14x15x64xf32, strided<[23520, 1680, 112, 1], offset: 32>>) -> ()
  return
}

// The same with 128 channels, of pixels that are 144 floats apart, so that kw and
// c are two loops; and with 40 outputs, of which the last panel has 8. The filter
// is kept as (kh, kw, c, f). The halo is in x only: above and below, the loop over
// kh is shorter.
func.func @deep(%x: memref<1x14x16x128xf32, strided<[32256, 2304, 144, 1]>>, %w: memref<2x3x3x128x32xf32>, %b: memref<40xf32>, %y: memref<1x7x7x40xf32, strided<[3920, 560, 80, 1], offset: 24>>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x14x16x128xf32, strided<[32256, 2304, 144, 1]>> to tensor<1x14x16x128xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x3x3x128x32xf32> to tensor<2x3x3x128x32xf32>
  %2 = bufferization.to_tensor %b restrict : memref<40xf32> to tensor<40xf32>
  %3 = tensor.empty() : tensor<3x3x128x40xf32>
  %4 = linalg.unpack %1 outer_dims_perm = [3, 0, 1, 2] inner_dims_pos = [3] inner_tiles = [32] into %3 : tensor<2x3x3x128x32xf32> -> tensor<3x3x128x40xf32>
  %5 = tensor.empty() : tensor<1x7x7x40xf32>
  %6 = linalg.broadcast ins(%2 : tensor<40xf32>) outs(%5 : tensor<1x7x7x40xf32>) dimensions = [0, 1, 2]
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %0 low[0, 1, 0, 0] high[0, 1, 0, 0] {
    ^bb0(%n: index, %h: index, %v: index, %c: index):
      tensor.yield %zero : f32
  } : tensor<1x14x16x128xf32> to tensor<1x16x16x128xf32>
  %7 = linalg.conv_2d_nhwc_hwcf {strides = dense<2> : tensor<2xi64>} ins(%padded, %4 : tensor<1x16x16x128xf32>, tensor<3x3x128x40xf32>) outs(%6 : tensor<1x7x7x40xf32>) -> tensor<1x7x7x40xf32>
  bufferization.materialize_in_destination %7 in restrict writable %y : (tensor<1x7x7x40xf32>, memref<1x7x7x40xf32, strided<[3920, 560, 80, 1], offset: 24>>) -> ()
  return
}

// y = conv(x)·scale + shift + residual: two operands with a value a channel, one
// of the whole shape, and one with a value a pixel, which all is multiplied by.
// The window is one pixel, so all pixels are one loop, and weights are narrow.
func.func @scaled(%x: memref<2x6x5x24xf32>, %w: memref<2x24x16xbf16>, %scale: memref<20xf32>, %shift: memref<20xf32>, %residual: memref<2x6x5x20xf32>, %mask: memref<2x6x5xf32>, %y: memref<2x6x5x20xf32>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x6x5x24xf32> to tensor<2x6x5x24xf32>
  %1 = bufferization.to_tensor %w restrict : memref<2x24x16xbf16> to tensor<2x24x16xbf16>
  %2 = bufferization.to_tensor %scale restrict : memref<20xf32> to tensor<20xf32>
  %3 = bufferization.to_tensor %shift restrict : memref<20xf32> to tensor<20xf32>
  %4 = bufferization.to_tensor %residual restrict : memref<2x6x5x20xf32> to tensor<2x6x5x20xf32>
  %5 = bufferization.to_tensor %mask restrict : memref<2x6x5xf32> to tensor<2x6x5xf32>
  %6 = tensor.empty() : tensor<20x24xbf16>
  %7 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [16] into %6 : tensor<2x24x16xbf16> -> tensor<20x24xbf16>
  %8 = tensor.empty() : tensor<2x6x5x20xf32>
  %zero = arith.constant 0.0 : f32
  %9 = linalg.fill ins(%zero : f32) outs(%8 : tensor<2x6x5x20xf32>) -> tensor<2x6x5x20xf32>
  %10 = linalg.generic {indexing_maps = [affine_map<(n, h, w, f, c) -> (n, h, w, c)>, affine_map<(n, h, w, f, c) -> (f, c)>, affine_map<(n, h, w, f, c) -> (n, h, w, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction"]}
      ins(%0, %7 : tensor<2x6x5x24xf32>, tensor<20x24xbf16>) outs(%9 : tensor<2x6x5x20xf32>) {
    ^bb0(%a: f32, %b: bf16, %sum: f32):
      %wide = arith.extf %b : bf16 to f32
      %product = arith.mulf %a, %wide : f32
      %next = arith.addf %sum, %product : f32
      linalg.yield %next : f32
  } -> tensor<2x6x5x20xf32>
  %11 = linalg.generic {indexing_maps = [affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (c)>, affine_map<(n, h, w, c) -> (c)>, affine_map<(n, h, w, c) -> (n, h, w, c)>, affine_map<(n, h, w, c) -> (n, h, w)>, affine_map<(n, h, w, c) -> (n, h, w, c)>], iterator_types = ["parallel", "parallel", "parallel", "parallel"]}
      ins(%10, %2, %3, %4, %5 : tensor<2x6x5x20xf32>, tensor<20xf32>, tensor<20xf32>, tensor<2x6x5x20xf32>, tensor<2x6x5xf32>) outs(%8 : tensor<2x6x5x20xf32>) {
    ^bb0(%in: f32, %s: f32, %t: f32, %r: f32, %m: f32, %out: f32):
      %a = arith.mulf %in, %s : f32
      %b = arith.addf %a, %t : f32
      %c = arith.addf %b, %r : f32
      %d = arith.mulf %c, %m : f32
      linalg.yield %d : f32
  } -> tensor<2x6x5x20xf32>
  bufferization.materialize_in_destination %11 in restrict writable %y : (tensor<2x6x5x20xf32>, memref<2x6x5x20xf32>) -> ()
  return
}

// dW[n, k] += Σ dy[r, n]·x[r, k], where dW is.
func.func @gradient(%dy: memref<50x37xf32>, %x: memref<50x70xf32>, %dw: memref<37x70xf32>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %dy restrict : memref<50x37xf32> to tensor<50x37xf32>
  %1 = bufferization.to_tensor %x restrict : memref<50x70xf32> to tensor<50x70xf32>
  %2 = bufferization.to_tensor %dw restrict : memref<37x70xf32> to tensor<37x70xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(n, k, r) -> (r, n)>, affine_map<(n, k, r) -> (r, k)>, affine_map<(n, k, r) -> (n, k)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%0, %1 : tensor<50x37xf32>, tensor<50x70xf32>) outs(%2 : tensor<37x70xf32>) {
    ^bb0(%a: f32, %b: f32, %sum: f32):
      %product = arith.mulf %a, %b : f32
      %next = arith.addf %sum, %product : f32
      linalg.yield %next : f32
  } -> tensor<37x70xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<37x70xf32>, memref<37x70xf32>) -> ()
  return
}

// The same for a convolution: dW[kh, kw, c, f] += Σ x[n, oh·2 + kh, ow·2 + kw, c]
// · dy[n, oh, ow, f], of which dy is a slice.
func.func @window_gradient(%x: memref<2x9x11x5xf32>, %dy: memref<2x4x5x21xf32, strided<[800, 200, 40, 1], offset: 8>>, %dw: memref<3x3x5x21xf32>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<2x9x11x5xf32> to tensor<2x9x11x5xf32>
  %1 = bufferization.to_tensor %dy restrict : memref<2x4x5x21xf32, strided<[800, 200, 40, 1], offset: 8>> to tensor<2x4x5x21xf32>
  %2 = bufferization.to_tensor %dw restrict : memref<3x3x5x21xf32> to tensor<3x3x5x21xf32>
  %3 = linalg.generic {indexing_maps = [affine_map<(kh, kw, c, f, n, h, w) -> (n, h * 2 + kh, w * 2 + kw, c)>, affine_map<(kh, kw, c, f, n, h, w) -> (n, h, w, f)>, affine_map<(kh, kw, c, f, n, h, w) -> (kh, kw, c, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%0, %1 : tensor<2x9x11x5xf32>, tensor<2x4x5x21xf32>) outs(%2 : tensor<3x3x5x21xf32>) {
    ^bb0(%a: f32, %b: f32, %sum: f32):
      %product = arith.mulf %a, %b : f32
      %next = arith.addf %sum, %product : f32
      linalg.yield %next : f32
  } -> tensor<3x3x5x21xf32>
  bufferization.materialize_in_destination %3 in restrict writable %dw : (tensor<3x3x5x21xf32>, memref<3x3x5x21xf32>) -> ()
  return
}

// A convolution in three groups of channels, each with a filter of its own, padded
// by one line above and two below: the last line is padding throughout.
func.func @groups(%x: memref<1x6x8x3x4xf32>, %w: memref<3x1x2x3x4x16xf32>, %y: memref<1x8x6x3x10xf32>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<1x6x8x3x4xf32> to tensor<1x6x8x3x4xf32>
  %1 = bufferization.to_tensor %w restrict : memref<3x1x2x3x4x16xf32> to tensor<3x1x2x3x4x16xf32>
  %2 = tensor.empty() : tensor<3x10x2x3x4xf32>
  %3 = linalg.unpack %1 inner_dims_pos = [1] inner_tiles = [16] into %2 : tensor<3x1x2x3x4x16xf32> -> tensor<3x10x2x3x4xf32>
  %4 = tensor.empty() : tensor<1x8x6x3x10xf32>
  %one = arith.constant 1.0 : f32
  %5 = linalg.fill ins(%one : f32) outs(%4 : tensor<1x8x6x3x10xf32>) -> tensor<1x8x6x3x10xf32>
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %0 low[0, 1, 0, 0, 0] high[0, 2, 0, 0, 0] {
    ^bb0(%i: index, %j: index, %k: index, %l: index, %m: index):
      tensor.yield %zero : f32
  } : tensor<1x6x8x3x4xf32> to tensor<1x9x8x3x4xf32>
  %6 = linalg.generic {indexing_maps = [affine_map<(n, h, w, g, f, kh, kw, c) -> (n, h + kh, w + kw, g, c)>, affine_map<(n, h, w, g, f, kh, kw, c) -> (g, f, kh, kw, c)>, affine_map<(n, h, w, g, f, kh, kw, c) -> (n, h, w, g, f)>], iterator_types = ["parallel", "parallel", "parallel", "parallel", "parallel", "reduction", "reduction", "reduction"]}
      ins(%padded, %3 : tensor<1x9x8x3x4xf32>, tensor<3x10x2x3x4xf32>) outs(%5 : tensor<1x8x6x3x10xf32>) {
    ^bb0(%a: f32, %b: f32, %sum: f32):
      %product = arith.mulf %a, %b : f32
      %next = arith.addf %sum, %product : f32
      linalg.yield %next : f32
  } -> tensor<1x8x6x3x10xf32>
  bufferization.materialize_in_destination %6 in restrict writable %y : (tensor<1x8x6x3x10xf32>, memref<1x8x6x3x10xf32>) -> ()
  return
}

// A window of three lines in an image one pixel wide: rows and depth are padded
// lines alone.
func.func @column(%x: memref<7x1xf32>, %w: memref<1x3x8xf32>, %y: memref<7x8xf32>, %part: index {nn.role = #nn.role<part>}, %parts: index {nn.role = #nn.role<parts>}) attributes {nn.kernel} {
  %0 = bufferization.to_tensor %x restrict : memref<7x1xf32> to tensor<7x1xf32>
  %1 = bufferization.to_tensor %w restrict : memref<1x3x8xf32> to tensor<1x3x8xf32>
  %2 = bufferization.to_tensor %y restrict : memref<7x8xf32> to tensor<7x8xf32>
  %3 = tensor.empty() : tensor<8x3xf32>
  %4 = linalg.unpack %1 inner_dims_pos = [0] inner_tiles = [8] into %3 : tensor<1x3x8xf32> -> tensor<8x3xf32>
  %zero = arith.constant 0.0 : f32
  %padded = tensor.pad %0 low[1, 0] high[1, 0] {
    ^bb0(%i: index, %j: index):
      tensor.yield %zero : f32
  } : tensor<7x1xf32> to tensor<9x1xf32>
  %5 = linalg.generic {indexing_maps = [affine_map<(h, f, kh) -> (h + kh, 0)>, affine_map<(h, f, kh) -> (f, kh)>, affine_map<(h, f, kh) -> (h, f)>], iterator_types = ["parallel", "parallel", "reduction"]}
      ins(%padded, %4 : tensor<9x1xf32>, tensor<8x3xf32>) outs(%2 : tensor<7x8xf32>) {
    ^bb0(%a: f32, %b: f32, %sum: f32):
      %product = arith.mulf %a, %b : f32
      %next = arith.addf %sum, %product : f32
      linalg.yield %next : f32
  } -> tensor<7x8xf32>
  bufferization.materialize_in_destination %5 in restrict writable %y : (tensor<7x8xf32>, memref<7x8xf32>) -> ()
  return
}
