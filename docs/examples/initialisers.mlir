// An initialiser of its own: u ~ U(-10, 10), kept where |u| >= 5, else 0. It is
// the network's default for weights; the layer named "out" has Xavier's instead.
nn.initializer @far {
  %low = arith.constant -10.0 : f32
  %high = arith.constant 10.0 : f32
  %u = nn.uniform_draw %low, %high
  %least = arith.constant 5.0 : f32
  %zero = arith.constant 0.0 : f32
  %magnitude = math.absf %u : f32
  %keep = arith.cmpf oge, %magnitude, %least : f32
  %value = arith.select %keep, %u, %zero : f32
  nn.yield %value
}

nn.sequential @net(%x: tensor<?x?xf32>) -> tensor<?x2xf32> attributes {
    nn.default_init = #nn.custom<@far>,
    nn.init_rules = [#nn.init_rule<"*.bias", #nn.zeros>,
                     #nn.init_rule<"out.weight", #nn.xavier_uniform>]} {
  %0 = nn.dense %x, 8 : tensor<?x?xf32> -> tensor<?x8xf32>
  %1 = nn.relu %0 : tensor<?x8xf32>
  %2 = nn.dense %1, 8 init(#nn.orthogonal) : tensor<?x8xf32> -> tensor<?x8xf32>
  %3 = nn.relu %2 : tensor<?x8xf32>
  %4 = nn.dense %3, 2 name("out") : tensor<?x8xf32> -> tensor<?x2xf32>
  nn.return %4 : tensor<?x2xf32>
}
