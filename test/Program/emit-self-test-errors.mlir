// RUN: nascent-opt %s --nascent-emit-self-test --split-input-file --verify-diagnostics

#interface = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [#nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x2xf32>, scratch_bytes = 64>]>
// expected-error@below {{'nn.golden' of network 'net' must have as many floats as its outputs have samples, 4; compile again from an earlier stage with --self-test}}
module attributes {nn.golden = {net = [dense<0.0> : tensor<3xf32>]}, nn.interfaces = [#interface]} {}

// -----

#interface = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [#nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x2xf32>, scratch_bytes = 64>]>
// expected-error@below {{network 'net' has no function 'net_forward' to test; nascent-emit-entry-points comes first}}
module attributes {nn.golden = {}, nn.interfaces = [#interface]} {}

// -----

#interface = #nn.interface<"net", parameter_bytes = 64, parameters = [], entries = [#nn.interface_entry<(tensor<?x?xf32>) -> tensor<?x?xf32>, sizes = ["batch", "width"], elements = ["batch * width", "batch * width"]>]>
// expected-error@below {{network 'net': more than the batch is open, which a self test does not support; bind numbers for the other sizes}}
module attributes {nn.golden = {}, nn.interfaces = [#interface]} {}

// -----

// expected-error@below {{'nn.golden' must be a dictionary of arrays, by networks' names}}
module attributes {nn.golden = {net = 1}} {}
