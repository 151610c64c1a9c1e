// RUN: nascent-opt %s --split-input-file --verify-diagnostics

func.func @weight(%x: tensor<2x9x4xf32>, %w: tensor<5x4xf32>) {
  // expected-error @+1 {{needs steps of (batch, length, values·units) and a weight of (gates·units, units), got 'tensor<2x9x4xf32>' and 'tensor<5x4xf32>'}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<5x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @bias(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>, %b: tensor<3xf32>) {
  // expected-error @+1 {{needs a bias of 4 elements, got 'tensor<3xf32>'}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) bias(%b : tensor<3xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @results(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @+1 {{has a result for each state and the sums, and the sequence unless there is 'last', but only 2 results}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) -> tensor<2x9x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @result(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @+1 {{has a result 0 of type 'tensor<2x8x4xf32>', expected 'tensor<2x9x4xf32>'}}
  %0:3 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) -> tensor<2x8x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @arguments(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @+1 {{needs a body of 3 arguments of type f32: a step's, the sums', 1 states and, with 'twice', which time it is, got 'f32', 'f32'}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @yielded(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    // expected-error @+1 {{must give 1 new states, got 2}}
    nn.recurrence_yield %sum, %sum : f32, f32
  }
  return
}

// -----

func.func @initial(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>, %h: tensor<3x4xf32>) {
  // expected-error @+1 {{begins with states of types 'tensor<3x4xf32>', but ends with those of 'tensor<2x4xf32>'}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) initial(%h : tensor<3x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @lengths(%x: tensor<2x9x4xf32>, %y: tensor<2x8x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @+1 {{needs steps of (batch, length, values·units) and a weight of (gates·units, units), got 'tensor<2x9x4xf32>', 'tensor<2x8x4xf32>' and 'tensor<4x4xf32>'}}
  %0:2 = nn.recurrence steps(%x, %y : tensor<2x9x4xf32>, tensor<2x8x4xf32>) weight(%w : tensor<4x4xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %in1: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @both(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @+1 {{has no sequence with 'last', but each with 'all'}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) last all -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

// What is multiplied by the transposed weight has a value for each of its rows.
func.func @transposed(%x: tensor<2x9x4xf32>, %w: tensor<8x4xf32>) {
  // expected-error @+1 {{has a result 0 of type 'tensor<2x9x4xf32>', expected 'tensor<2x9x8xf32>'}}
  %0:3 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<8x4xf32>) transposed -> tensor<2x9x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @of_rows(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>, %n: tensor<3xf32>) {
  // expected-error @+1 {{needs lengths of type 'tensor<2xf32>', got 'tensor<3xf32>'}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) lengths(%n : tensor<3xf32>) last -> tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @no_width(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @+1 {{has a result 0 of type 'tensor<f32>', expected rank 2}}
  %0:2 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) last -> tensor<f32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @all_twice(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @+1 {{applies its body once at a step with 'all' or 'transposed', got 'twice'}}
  %0:3 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) all twice -> tensor<2x9x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32, %half: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}

// -----

func.func @no_half(%x: tensor<2x9x4xf32>, %w: tensor<4x4xf32>) {
  // expected-error @+1 {{needs a body of 4 arguments of type f32: a step's, the sums', 1 states and, with 'twice', which time it is, got 'f32', 'f32', 'f32'}}
  %0:3 = nn.recurrence steps(%x : tensor<2x9x4xf32>) weight(%w : tensor<4x4xf32>) twice -> tensor<2x9x4xf32>, tensor<2x4xf32>, tensor<2x4xf32> {
  ^bb0(%in: f32, %sum: f32, %state: f32):
    nn.recurrence_yield %sum : f32
  }
  return
}
