// RUN: rm -rf %t && mkdir %t && split-file %s %t
// RUN: nascent-opt %t/triple.mlir --verify-diagnostics --nn-set-target=triple=no-such-machine
// RUN: nascent-opt %t/cpu.mlir --verify-diagnostics --nn-set-target="triple=x86_64-linux-gnu cpu=cortex-a53"
// RUN: nascent-opt %t/help.mlir --verify-diagnostics --nn-set-target="triple=x86_64-linux-gnu cpu=help"
// RUN: nascent-opt %t/native.mlir --verify-diagnostics --nn-set-target="triple=riscv64-linux-gnu cpu=native"
// RUN: nascent-opt %t/feature.mlir --verify-diagnostics --nn-set-target="triple=aarch64-linux-gnu features=+neon,+avx2"
// RUN: nascent-opt %t/sign.mlir --verify-diagnostics --nn-set-target="triple=aarch64-linux-gnu features=neon"

//--- triple.mlir
// expected-error @+1 {{triple 'no-such-machine': no such target: No available targets are compatible with triple "no-such-machine"}}
module {}

//--- cpu.mlir
// expected-error @+1 {{cpu 'cortex-a53': no such processor of x86_64-unknown-linux-gnu}}
module {}

//--- help.mlir
// expected-error @+1 {{cpu 'help': no such processor of x86_64-unknown-linux-gnu}}
module {}

//--- native.mlir
// expected-error @+1 {{cpu 'native': the host is not a riscv64}}
module {}

//--- feature.mlir
// expected-error @+1 {{features '+neon,+avx2': 'avx2' is not a feature of aarch64-unknown-linux-gnu}}
module {}

//--- sign.mlir
// expected-error @+1 {{features 'neon': expected '+neon' or '-neon'}}
module {}
