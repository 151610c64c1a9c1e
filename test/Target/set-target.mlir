// What the machine is decides how kernels and layouts are chosen: the vector's
// width, how many registers there are, whether a multiply-add is fused, and
// whether f16 is converted by instructions.
//
// RUN: nascent-opt %s --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64-v4" --verify-roundtrip | FileCheck %s --check-prefix=V4
// RUN: nascent-opt %s --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64-v3" | FileCheck %s --check-prefix=V3
// RUN: nascent-opt %s --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64" | FileCheck %s --check-prefix=BASELINE
// RUN: nascent-opt %s --nn-set-target="triple=x86_64-linux-gnu cpu=x86-64 features=+avx2,+fma" | FileCheck %s --check-prefix=FEATURES
// RUN: nascent-opt %s --nn-set-target=triple=aarch64-linux-gnu | FileCheck %s --check-prefix=AARCH64
// RUN: nascent-opt %s --nn-set-target=triple=armv7-linux-gnueabihf | FileCheck %s --check-prefix=ARMV7
// RUN: nascent-opt %s --nn-set-target="triple=armv7-linux-gnueabihf features=+neon,+vfp4" | FileCheck %s --check-prefix=NEON
// RUN: nascent-opt %s --nn-set-target=triple=riscv64-linux-gnu | FileCheck %s --check-prefix=RISCV64

// V4:      module attributes {
// V4-SAME:   llvm.data_layout = "e-m:e-p270:32:32-{{[^"]*}}-S128",
// V4-SAME:   llvm.target_triple = "x86_64-unknown-linux-gnu",
// V4-SAME:   nn.target = #nn.target<triple = "x86_64-unknown-linux-gnu", cpu = "x86-64-v4", features = "", vector_bits = 512, registers = 32, fma = true, half = true>}

// V3: nn.target = #nn.target<{{.*}} cpu = "x86-64-v3", features = "", vector_bits = 256, registers = 16, fma = true, half = true>

// BASELINE: nn.target = #nn.target<{{.*}} cpu = "x86-64", features = "", vector_bits = 128, registers = 16, fma = false>

// FEATURES: nn.target = #nn.target<{{.*}} cpu = "x86-64", features = "+avx2,+fma", vector_bits = 256, registers = 16, fma = true>

// AARCH64:      llvm.target_triple = "aarch64-unknown-linux-gnu"
// AARCH64-SAME: nn.target = #nn.target<{{.*}} vector_bits = 128, registers = 32, fma = true, half = true>

// Without vectors: 32 bits. What distributions take for granted is added.
// ARMV7:      llvm.data_layout = "e-m:e-p:32:32-
// ARMV7-SAME: nn.target = #nn.target<{{.*}} features = "+vfp3d16", vector_bits = 32, {{.*}} fma = false>

// NEON: nn.target = #nn.target<{{.*}} features = "+vfp3d16,+neon,+vfp4", vector_bits = 128, registers = 16, fma = true>

// RISCV64: nn.target = #nn.target<{{.*}} features = "+m,+a,+f,+d,+c", vector_bits = 32, registers = 32, fma = true>

// "generic" is the processor of other architectures, whatever LLVM calls it.
// RUN: nascent-opt %s --nn-set-target=triple=riscv64-linux-gnu -o %t.riscv64
// RUN: nascent-opt %s --nn-set-target="triple=riscv64-linux-gnu cpu=generic" | diff %t.riscv64 -
// RUN: nascent-opt %s --nn-set-target="triple=x86_64-linux-gnu cpu=generic" | FileCheck %s --check-prefix=GENERIC
// GENERIC: nn.target = #nn.target<{{.*}} cpu = "", features = "", vector_bits = 128, registers = 16, fma = false>

// By default the host, under both its names; a later choice replaces an earlier,
// and no choice leaves it.
// RUN: nascent-opt %s --nn-set-target -o %t.host
// RUN: nascent-opt %s --nn-set-target=cpu=native | diff %t.host -
// RUN: nascent-opt %s --nn-set-target=triple=riscv64-linux-gnu --nn-set-target=cpu=native | diff %t.host -
// RUN: nascent-opt %s --nn-set-target=triple=riscv64-linux-gnu --nn-set-target | diff %t.riscv64 -
// RUN: FileCheck %s --check-prefix=HOST < %t.host
// HOST: llvm.target_triple = "{{[^"]+}}"
// HOST-SAME: nn.target = #nn.target<triple = "{{[^"]+}}", cpu = "{{[^"]+}}",

module {}
