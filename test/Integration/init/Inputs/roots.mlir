// Square roots of numbers of every exponent, in each 256 neighbours: zero and
// subnormal numbers in the first rows, infinity in the last.
nn.initializer @root(%row: i32, %column: i32) {
  %step = arith.constant 2141237 : i32
  %start = arith.muli %row, %step : i32
  %sum = arith.addi %start, %column : i32
  %most = arith.constant 0x7f800000 : i32
  %exceeds = arith.cmpi ugt, %sum, %most : i32
  %bits = arith.select %exceeds, %most, %sum : i32
  %x = arith.bitcast %bits : i32 to f32
  %value = math.sqrt %x : f32
  nn.yield %value
}
nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x1000xf32> {
  %0 = nn.dense %x, 1000 init(@root) no_bias : tensor<?x?xf32> -> tensor<?x1000xf32>
  nn.return %0 : tensor<?x1000xf32>
}
