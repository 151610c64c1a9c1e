// RUN: nascent-opt %s --nn-lower-init --verify-roundtrip | FileCheck %s
// RUN: nascent-opt %s --nn-lower-init | FileCheck %s --check-prefix=FILL --implicit-check-not='private @nascent.philox_'
// RUN: nascent-opt %s --nn-lower-init | FileCheck %s --check-prefix=EXACT

module attributes {nn.target = #nn.target<triple = "", cpu = "", features = "", vector_bits = 128, registers = 16, fma = true>} {

// All rows of all parameters.
// CHECK-LABEL: func.func @mlp_init(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<576xi8>, %[[SEED:.*]]: i64) attributes {nn.network = "mlp"} {
// CHECK-DAG:     %[[NONE:.*]] = arith.constant 0 : index
// CHECK-DAG:     %[[COUNT:.*]] = arith.constant 3 : index
// CHECK:         scf.for %[[INDEX:.*]] = %[[NONE]] to %[[COUNT]]
// CHECK:           %[[TABLE:.*]] = memref.get_global @mlp.fills
// CHECK:           %[[ROWS64:.*]] = memref.load %[[TABLE]][%[[INDEX]], %{{.*}}]
// CHECK:           %[[ROWS:.*]] = arith.index_cast %[[ROWS64]]
// CHECK:           func.call @mlp.init(%[[PARAMETERS]], %[[INDEX]], %[[NONE]], %[[ROWS]], %[[SEED]])

// A row of the table for each parameter: how many rows it has, and how many it
// must be initialised by at least; its fill function; and then what that is
// called with. PyTorch's defaults with a fan of 4 are U(±1/√4) for the weight and,
// by the weight's fan, for the bias: low end and range, as bits, come last. The
// draws depend on the hash of the parameter's name, before them, which the
// network's is no part of. A vector is one row, of which elements are filled.
// Another parameter of the same kind takes the same function; a tied layer adds
// nothing.
// CHECK:       memref.global "private" constant @mlp.fills : memref<3x10xi64> = dense<{{\[\[}}10, 0, 0, 0, 10, 4, 1, 9054645564328610287, 3204448256, 1065353216], [10, 0, 1, 256, 1, 10, 1, -2831738168255015174, 3204448256, 1065353216], [4, 0, 0, 320, 4, 8, 1, 3077763071900034910, 3212836864, 1073741824]]>
// CHECK-LABEL: func.func private @mlp.init(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<576xi8>, %[[INDEX:.*]]: index, %[[FIRST:.*]]: index, %[[END:.*]]: index, %[[SEED:.*]]: i64) {
// CHECK:         %[[KIND:.*]] = arith.index_cast
// CHECK:         scf.index_switch %[[KIND]]
// CHECK:         case 0 {
// CHECK-COUNT-7:   memref.load %{{.*}}[%[[INDEX]], %{{.*}}] : memref<3x10xi64>
// CHECK:           %[[OFFSET:.*]] = arith.index_cast
// CHECK:           %[[ROWS:.*]] = arith.index_cast
// CHECK:           %[[COLUMNS:.*]] = arith.index_cast
// CHECK:           %[[PER_ROW:.*]] = arith.index_cast
// CHECK:           %[[FROM:.*]] = arith.muli %[[FIRST]], %[[PER_ROW]]
// CHECK:           %[[TO:.*]] = arith.muli %[[END]], %[[PER_ROW]]
// CHECK:           %[[LOW:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK:           %[[RANGE:.*]] = arith.bitcast %{{.*}} : i32 to f32
// CHECK:           func.call @mlp.fill.uniform.panels_8(%[[PARAMETERS]], %[[OFFSET]], %[[ROWS]], %[[COLUMNS]], %[[FROM]], %[[TO]], %{{.*}}, %[[SEED]], %[[LOW]], %[[RANGE]])
// CHECK:         case 1 {
// CHECK:           func.call @mlp.fill.uniform(
// CHECK-NOT:     case
// CHECK:         default {
// CHECK-NEXT:    }
// CHECK-NEXT:    return
// Rows that there are, and as many as it takes; a negative number is a large one.
// CHECK-LABEL: func.func @mlp_init_rows(
// CHECK-SAME:    %[[PARAMETERS:.*]]: memref<576xi8>, %[[INDEX32:.*]]: i32, %[[FIRST64:.*]]: i64, %[[NUMBER64:.*]]: i64, %[[SEED:.*]]: i64) -> i32 attributes {nn.network = "mlp"} {
// CHECK:         %[[KNOWN:.*]] = arith.cmpi ult, %[[INDEX32]], %{{.*}} : i32
// CHECK:         scf.if %[[KNOWN]] -> (i32) {
// CHECK-DAG:       %[[INDEX:.*]] = arith.index_castui %[[INDEX32]]
// CHECK-DAG:       %[[FIRST:.*]] = arith.index_cast %[[FIRST64]]
// CHECK-DAG:       %[[NUMBER:.*]] = arith.index_cast %[[NUMBER64]]
// CHECK:           arith.cmpi ule, %[[FIRST]], %[[ROWS:.*]] : index
// CHECK:           %[[LEFT:.*]] = arith.subi %[[ROWS]], %[[FIRST]]
// CHECK:           arith.cmpi ule, %[[NUMBER]], %[[LEFT]]
// CHECK:           %[[HAS:.*]] = arith.andi
// CHECK:           %[[ENOUGH:.*]] = arith.cmpi uge, %[[NUMBER]]
// CHECK:           %[[POSSIBLE:.*]] = arith.andi %[[HAS]], %[[ENOUGH]]
// CHECK:           scf.if %[[POSSIBLE]] {
// CHECK:             %[[END:.*]] = arith.addi %[[FIRST]], %[[NUMBER]]
// CHECK:             func.call @mlp.init(%[[PARAMETERS]], %[[INDEX]], %[[FIRST]], %[[END]], %[[SEED]])
// CHECK:           arith.select %[[POSSIBLE]]
nn.parameter @mlp.0.weight : tensor<10x4xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>) layout(#nn.panels<8>) offset(0)
nn.parameter @mlp.0.bias : tensor<10xf32> init(#nn.kaiming_uniform<a = 2.23606797749979>) offset(256)
nn.parameter @mlp.1.weight : tensor<4x8xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<8>) offset(320)
nn.sequential @mlp(%x: tensor<2x4xf32>, %y: tensor<2x8xf32>) -> (tensor<2x10xf32>, tensor<2x4xf32>, tensor<2x4xf32>) attributes {nn.parameter_bytes = 576 : i64} {
  %0 = nn.dense %x, 10 weight(@mlp.0.weight) bias(@mlp.0.bias) : tensor<2x4xf32> -> tensor<2x10xf32>
  %1 = nn.dense %y, 4 no_bias weight(@mlp.1.weight) : tensor<2x8xf32> -> tensor<2x4xf32>
  %2 = nn.dense %y, 4 no_bias tie("1") weight(@mlp.1.weight) : tensor<2x8xf32> -> tensor<2x4xf32>
  nn.return %0, %1, %2 : tensor<2x10xf32>, tensor<2x4xf32>, tensor<2x4xf32>
}

// Each initialiser's arguments for a fan of 2 in and 4 out: U(-1, 1); 1; N(0, 1);
// 0; 42; N(0.5, 0.25). Two constants stored alike share a function.
// CHECK:       memref.global "private" constant @kinds.fills : memref<6x10xi64> = dense<{{\[\[}}4, 0, 0, 0, 4, 2, 1, 9054645564328610287, 3212836864, 1073741824], [4, 0, 1, 64, 1, 4, 1, -2831738168255015174, 1065353216, 0], [4, 0, 2, 128, 4, 2, 1, 3077763071900034910, 0, 1065353216], [4, 0, 1, 192, 1, 4, 1, -8260442277732761989, 0, 0], [4, 0, 3, 256, 4, 2, 1, -5642512532605389931, 1109917696, 0], [4, 0, 4, 320, 1, 4, 1, 6714288167158705264, 1056964608, 1048576000]]>
// CHECK-LABEL: func.func private @kinds.init(
// CHECK:         call @kinds.fill.uniform.panels_4.split(
// CHECK:         call @kinds.fill.constant(
// CHECK:         call @kinds.fill.normal.panels_4.split(
// CHECK:         call @kinds.fill.constant.panels_4.split(
// CHECK:         call @kinds.fill.normal(
// CHECK-NOT:     call
// CHECK:         return
nn.parameter @k0w : tensor<4x2xf32> init(#nn.xavier_uniform) layout(#nn.panels<4>) offset(0)
nn.parameter @k0b : tensor<4xf32> init(#nn.ones) offset(64)
nn.parameter @k1w : tensor<4x2xf32> init(#nn.kaiming_normal) layout(#nn.panels<4>) offset(128)
nn.parameter @k1b : tensor<4xf32> init(#nn.zeros) offset(192)
nn.parameter @k2w : tensor<4x2xf32> init(#nn.constant<42.0>) layout(#nn.panels<4>) offset(256)
nn.parameter @k2b : tensor<4xf32> init(#nn.normal<0.5, 0.25>) offset(320)
nn.sequential @kinds(%x: tensor<3x2xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) attributes {nn.parameter_bytes = 384 : i64} {
  %0 = nn.dense %x, 4 weight(@k0w) bias(@k0b) : tensor<3x2xf32> -> tensor<3x4xf32>
  %1 = nn.dense %x, 4 weight(@k1w) bias(@k1b) : tensor<3x2xf32> -> tensor<3x4xf32>
  %2 = nn.dense %x, 4 weight(@k2w) bias(@k2b) : tensor<3x2xf32> -> tensor<3x4xf32>
  nn.return %0, %1, %2 : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>
}

// Initialisers of a whole tensor fill it and then complete it in place; a
// custom one has its own function, and its place where it asks for it.
// The former need all of their rows. Gain 2; 2 zeros, a deviation of 0.01.
// CHECK:       memref.global "private" constant @whole.fills : memref<4x10xi64> = dense<{{\[\[}}4, 4, 0, 0, 4, 4, 1, 9054645564328610287, 1073741824, 0], [4, 4, 1, 64, 4, 4, 1, 3077763071900034910, 2, 1008981770], [4, 0, 2, 128, 4, 4, 1, -5642512532605389931, 0, 0], [4, 0, 3, 192, 1, 4, 1, 6714288167158705264, 0, 0]]>
// CHECK-LABEL: func.func private @whole.init(
// CHECK:         call @whole.fill.orthogonal.panels_4(
// CHECK:         call @whole.fill.sparse.panels_4({{.*}} i32, f32) -> ()
// CHECK:         call @whole.fill.identity.panels_4(
// CHECK:         call @whole.fill.custom.ramp(
nn.initializer private @ramp(%row: i32, %column: i32) {
  %value = arith.sitofp %column : i32 to f32
  nn.yield %value
}
nn.parameter @w0w : tensor<4x4xf32> init(#nn.orthogonal<gain = 2.0>) layout(#nn.panels<4>) offset(0)
nn.parameter @w1w : tensor<4x4xf32> init(#nn.sparse<sparsity = 0.4>) layout(#nn.panels<4>) offset(64)
nn.parameter @w2w : tensor<4x4xf32> init(#nn.identity) layout(#nn.panels<4>) offset(128)
nn.parameter @w2b : tensor<4xf32> init(#nn.custom<@ramp>) offset(192)
nn.sequential @whole(%x: tensor<3x4xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) attributes {nn.parameter_bytes = 256 : i64} {
  %0 = nn.dense %x, 4 no_bias weight(@w0w) : tensor<3x4xf32> -> tensor<3x4xf32>
  %1 = nn.dense %x, 4 no_bias weight(@w1w) : tensor<3x4xf32> -> tensor<3x4xf32>
  %2 = nn.dense %x, 4 weight(@w2w) bias(@w2b) : tensor<3x4xf32> -> tensor<3x4xf32>
  nn.return %0, %1, %2 : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>
}

// Where columns are stored places before channels, vectors of rows go to the place
// of their column; a vector's elements go one by one. Of 12 columns with 3 places
// column k is ⌊k / 3⌋·3 + p canonically, which is p·4 + ⌊k / 3⌋ in storage.
// CHECK-LABEL: func.func private @spatial.fill.uniform.panels_4.spatial_3(
// CHECK-SAME:    memref<640xi8>, %{{[a-z0-9]+}}: index, %{{[a-z0-9]+}}: index, %[[COLUMNS:[a-z0-9]+]]: index,
// CHECK:         scf.for
// CHECK:           scf.if
// CHECK:             scf.for %[[COLUMN:.*]] =
// CHECK:               scf.for
// CHECK:                 %[[K:.*]] = arith.addi %[[COLUMN]], %{{.*}} : index
// CHECK-NEXT:            %[[K64:.*]] = arith.index_castui %[[K]] : index to i64
// CHECK-NEXT:            %[[FACTOR:.*]] = arith.constant 2863311531 : i64
// CHECK-NEXT:            %[[PRODUCT:.*]] = arith.muli %[[K64]], %[[FACTOR]] : i64
// CHECK-NEXT:            %[[SHIFT:.*]] = arith.constant 33 : i64
// CHECK-NEXT:            %[[QUOTIENT:.*]] = arith.shrui %[[PRODUCT]], %[[SHIFT]] : i64
// CHECK-NEXT:            %[[CHANNEL:.*]] = arith.index_castui %[[QUOTIENT]] : i64 to index
// CHECK-NEXT:            %[[SPATIAL:.*]] = arith.constant 3 : index
// CHECK-NEXT:            %[[BEFORE:.*]] = arith.muli %[[CHANNEL]], %[[SPATIAL]]
// CHECK-NEXT:            %[[P:.*]] = arith.subi %[[K]], %[[BEFORE]]
// CHECK-NEXT:            arith.index_castui %[[COLUMNS]]
// CHECK:                 %[[CHANNELS:.*]] = arith.index_castui %{{.*}} : i64 to index
// CHECK-NEXT:            %[[START:.*]] = arith.muli %[[P]], %[[CHANNELS]]
// CHECK-NEXT:            %[[STORED:.*]] = arith.addi %[[START]], %[[CHANNEL]]
// CHECK-NEXT:            %[[WIDTH:.*]] = arith.constant 4 : index
// CHECK-NEXT:            arith.muli %[[STORED]], %[[WIDTH]]
// CHECK-COUNT-4:         vector.store
// CHECK:           } else {
// CHECK:               memref.store
// CHECK-LABEL: func.func private @spatial.fill.constant.spatial_2(
// CHECK-NOT:     vector.store
// CHECK:         memref.store
// CHECK-LABEL: func.func private @spatial.fill.orthogonal.panels_4.spatial_3(
// CHECK:         vector.store
// CHECK-NOT:     arith.divui
// CHECK-NOT:     arith.remui
// Rows of the same elements have no order.
// CHECK-LABEL: func.func private @spatial.fill.constant.panels_4(
nn.parameter @s0w : tensor<4x12xf32> init(#nn.uniform<-1.0, 1.0>) layout(#nn.panels<4, spatial = 3>) offset(0)
nn.parameter @s0b : tensor<4xf32> init(#nn.ones) layout(#nn.panels<1, spatial = 2>) offset(192)
nn.parameter @s1w : tensor<4x12xf32> init(#nn.orthogonal) layout(#nn.panels<4, spatial = 3>) offset(256)
nn.parameter @s2w : tensor<4x12xf32> init(#nn.zeros) layout(#nn.panels<4, spatial = 3>) offset(448)
nn.sequential @spatial(%x: tensor<3x12xf32>) -> (tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>) attributes {nn.parameter_bytes = 640 : i64} {
  %0 = nn.dense %x, 4 weight(@s0w) bias(@s0b) : tensor<3x12xf32> -> tensor<3x4xf32>
  %1 = nn.dense %x, 4 no_bias weight(@s1w) : tensor<3x12xf32> -> tensor<3x4xf32>
  %2 = nn.dense %x, 4 no_bias weight(@s2w) : tensor<3x12xf32> -> tensor<3x4xf32>
  nn.return %0, %1, %2 : tensor<3x4xf32>, tensor<3x4xf32>, tensor<3x4xf32>
}

// Nothing to initialise, and no rows; the name as C has it.
// CHECK-LABEL: func.func @my_net_init(
// CHECK-SAME:    memref<0xi8>
// CHECK-NEXT:    return
// CHECK-NOT:   @my_net_init_rows
nn.sequential @my.net(%x: tensor<2x3xf32>) -> tensor<2x3xf32> attributes {nn.parameter_bytes = 0 : i64} {
  %0 = nn.relu %x : tensor<2x3xf32>
  nn.return %0 : tensor<2x3xf32>
}

// A name that ends as another's suffix does is another function.
// CHECK-LABEL: func.func private @alike.init(
// CHECK:         call @alike.fill.custom.far.panels_4(
// CHECK:         call @alike.fill.custom.far.panels_4_{{[0-9]+}}(
// CHECK-NOT:     call
// CHECK:         return
nn.initializer private @far {
  %one = arith.constant 1.0 : f32
  nn.yield %one
}
nn.initializer private @far.panels_4 {
  %two = arith.constant 2.0 : f32
  nn.yield %two
}
nn.parameter @a0w : tensor<4x4xf32> init(#nn.custom<@far>) layout(#nn.panels<4>) offset(0)
nn.parameter @a0b : tensor<4xf32> init(#nn.custom<@far.panels_4>) offset(64)
nn.sequential @alike(%x: tensor<3x4xf32>) -> tensor<3x4xf32> attributes {nn.parameter_bytes = 128 : i64} {
  %0 = nn.dense %x, 4 weight(@a0w) bias(@a0b) : tensor<3x4xf32> -> tensor<3x4xf32>
  nn.return %0 : tensor<3x4xf32>
}

// The generator of scalars is one function.
// FILL:         func.func private @nascent.philox(
// FILL-COUNT-20:  arith.muli %{{.*}} : i64
// FILL-NOT:       arith.muli
// FILL:           return

// One function a kind and network, straight into panels, which are written from
// their first byte to their last: lanes are rows of the matrix, those past the
// last are zeros.
// FILL-COUNT-1: func.func private @mlp.fill.uniform.panels_8(
// FILL:           %[[VIEW:.*]] = memref.view %{{.*}}[%{{.*}}][%{{.*}}] : memref<576xi8> to memref<?xf32>
// The key, in scalars.
// FILL:           call @nascent.philox(
// FILL:           scf.for %[[PANEL:.*]] = %{{.*}} to %[[ROWS:.*]] step
// FILL:             scf.if
// FILL:               scf.for
// FILL:                 scf.for
// Two vectors of two halves, each 10 rounds of 2 products.
// FILL-COUNT-80:        arith.muli %{{.*}} : vector<2xi64>
// Whole blocks: one generator call gives four columns.
// FILL-NOT:             arith.muli %{{.*}} : vector<2xi64>
// FILL-COUNT-8:         vector.store %{{.*}}, %[[VIEW]]
// Some rows of a panel: by element, with no store but its own.
// FILL:             } else {
// FILL-NOT:           vector.store
// FILL:               scf.for %[[ROW:.*]] = %[[FROM:.*]] to %[[TO:.*]] step
// FILL:                 scf.for
// FILL:                   func.call @nascent.philox(
// FILL:                   memref.store %{{.*}}, %[[VIEW]]
// FILL-NOT:           vector.store
// A row-major one: two blocks' worth of words, interleaved; then the rest by
// element.
// FILL-COUNT-1: func.func private @mlp.fill.uniform(
// FILL:           scf.for
// FILL:             scf.for
// FILL-COUNT-4:       vector.store
// FILL:             scf.for
// FILL:               memref.store
// FILL-NOT:     func private @mlp.fill

// A constant draws nothing.
// FILL:         func.func private @kinds.fill.constant(
// FILL-NOT:       arith.muli %{{.*}} : vector
// FILL:           return

// Two normal numbers are made of two words, here of one element at a time: the
// words and then the number are chosen by the element's place in its block.
// FILL:         func.func private @kinds.fill.normal.panels_4.split(
// FILL:           math.sqrt %{{.*}} : vector<4xf32>
// FILL-NOT:       math.sqrt
// FILL:           arith.select
// FILL:           vector.store
// FILL:           return

// Row by row, a vector of points is two vectors of elements.
// FILL:         func.func private @kinds.fill.normal(
// FILL:           scf.for
// FILL:             scf.for
// FILL:               math.sqrt %{{.*}} : vector<8xf32>
// FILL-NOT:           math.sqrt
// FILL-COUNT-4:       vector.store
// FILL:             scf.for
// FILL:               math.sqrt %{{.*}} : f32
// FILL:               memref.store

// FILL:         func.func private @whole.fill.orthogonal.panels_4(
// FILL:           vector.store
// Two passes; each norm is taken in ascending order.
// FILL:           scf.for %{{.*}} = %{{.*}} to %{{.*}} step
// FILL:             scf.if
// FILL:               math.sqrt
// FILL:         func.func private @whole.fill.custom.ramp(
// FILL-NOT:       arith.muli %{{.*}} : vector
// FILL:           arith.sitofp %{{.*}} : vector<16xi32> to vector<16xf32>

// The values' bits are those of every target: nothing is fused, and nothing but
// a square root is a function.
// EXACT-NOT: math.{{[^s]}}
// EXACT-NOT: vector.fma
// EXACT-NOT: fastmath
// EXACT:     math.sqrt
// EXACT-NOT: math.{{[^s]}}
// EXACT-NOT: vector.fma
// EXACT-NOT: fastmath

}
