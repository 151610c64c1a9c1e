//===- NNCInterface.td - What a C program will see ---------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A header needs what lowering takes apart: names, shapes, entries. They stand
// in attributes of the module, so that whatever stage it is printed at can be
// compiled on.
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNCINTERFACE_TD
#define NASCENT_DIALECT_NN_IR_NNCINTERFACE_TD

include "mlir/IR/EnumAttr.td"
include "nascent/Dialect/NN/IR/NNAttributeBase.td"

def NN_InterfaceParameterAttr
    : NN_Attr<"InterfaceParameter", "interface_parameter"> {
  let summary = "a parameter as a C program sees it";
  let description = [{
    Its name within the network, its type, the initialiser registered for it, as
    text, and the names under which tied layers know it.

    Example: `#nn.interface_parameter<"0.bias", tensor<8xf32>, init = "#nn.zeros">`.
  }];
  let parameters = (ins StringRefParameter<"a string">:$name,
                        TypeParameter<"::mlir::RankedTensorType",
                                      "a tensor type">:$type,
                        StringRefParameter<"a string">:$init,
                        OptionalParameter<"::mlir::ArrayAttr">:$aliases);
  let places = 2;
  let genVerifyDecl = 1;
}

def NN_InterfaceEntryAttr : NN_Attr<"InterfaceEntry", "interface_entry"> {
  let summary = "a forward function as a C program sees it";
  let description = [{
    The types of inputs and outputs, where an open batch is a dynamic dimension
    0 of all, and the label of the binding, if it has one. Where more is open,
    also the names of all open sizes, as arguments in C; how many elements each
    input, then each output, has; and what the sizes must fulfil. Where inputs are
    indices, of i32, `limits` has for each input one more than the greatest index
    that there is, and 0 for the others; behind them is how many steps the sequence of
    a stream may have whose layers depend on their places. `lengths` has for each input that is how long
    rows are the greatest length, a number or one of the sizes, and "" for the others.
    `names` are what several inputs are called in C, where the model has names for them.
    Once the
    function is there, also the bytes of its scratch, how many steps its step
    function has, and whether it runs on a team of OpenMP threads.

    Example: `#nn.interface_entry<(tensor<2x4xf32>) -> tensor<2x8xf32>, label = "b2">`.
  }];
  let parameters = (ins AttrParameter<"::mlir::FunctionType",
                                      "a function type">:$type,
                        StringRefParameter<"a string", "\"\"">:$label,
                        OptionalParameter<"::mlir::ArrayAttr">:$sizes,
                        OptionalParameter<"::mlir::ArrayAttr">:$elements,
                        OptionalParameter<"::mlir::ArrayAttr">:$conditions,
                        OptionalParameter<"::mlir::DenseI64ArrayAttr">:$limits,
                        OptionalParameter<"::mlir::ArrayAttr">:$lengths,
                        OptionalParameter<"::mlir::ArrayAttr">:$names,
                        DefaultValuedParameter<"int64_t", "0">:$scratch_bytes,
                        DefaultValuedParameter<"int64_t", "0">:$steps,
                        DefaultValuedParameter<"bool", "false">:$parallel);
  let places = 1;
  let genVerifyDecl = 1;
}

def NN_InterfaceAttr : NN_Attr<"Interface", "interface"> {
  let summary = "what a C program sees of a network";
  let description = [{
    An element of the module attribute `nn.interfaces`, which
    `nascent-declare-interface` writes: everything that the header says of a
    network and that lowering does not keep. `without` are the functions that
    are left out; `optimizers` are those that have a function for a step, and
    `gradient_bytes` what gradients take, where the network is trained. Once the
    functions of a stream are there, also the bytes of its state.
  }];
  let parameters = (ins StringRefParameter<"a string">:$network,
                        NN_Integer:$parameter_bytes,
                        AttrParameter<"::mlir::ArrayAttr",
                                      "an array">:$parameters,
                        AttrParameter<"::mlir::ArrayAttr", "an array">:$entries,
                        OptionalParameter<"::mlir::ArrayAttr">:$without,
                        DefaultValuedParameter<"int64_t",
                                               "0">:$gradient_bytes,
                        OptionalParameter<"::mlir::ArrayAttr">:$optimizers,
                       DefaultValuedParameter<"int64_t", "0">:$state_bytes);
  let places = 1;
  let genVerifyDecl = 1;
  let genMnemonicAlias = 1;
}

def NN_Threads : I32EnumAttr<"Threads", "what may run forward on several threads", [
    I32EnumAttrCase<"None", 0, "none">,
    I32EnumAttrCase<"Steps", 1, "steps">,
    I32EnumAttrCase<"OpenMP", 2, "openmp">]> {
  let cppNamespace = "::nascent::nn";
  let genSpecializedAttr = 0;
}

def NN_ThreadsAttr : EnumAttr<NN_Dialect, NN_Threads, "threads"> {
  let summary = "what may run forward on several threads";
  let description = [{
    The module attribute `nn.threads`: nothing, the caller, by a function for a
    part of a layer, or either, forward being run by OpenMP's library.
  }];
  let assemblyFormat = "`<` $value `>`";
}

#endif // NASCENT_DIALECT_NN_IR_NNCINTERFACE_TD
