//===- NNOptimizers.td - Optimisers ------------------------*- tablegen -*-===//
//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef NASCENT_DIALECT_NN_IR_NNOPTIMIZERS_TD
#define NASCENT_DIALECT_NN_IR_NNOPTIMIZERS_TD

include "nascent/Dialect/NN/IR/NNAttributeBase.td"
include "nascent/Dialect/NN/IR/NNInterfaces.td"

/// An optimiser. Its parameters are hyperparameters that a program chooses at
/// each step; the attribute states what they are unless the program says else.
class NN_Optimizer<string name, string attrMnemonic,
                   list<string> overrides = []>
    : NN_Attr<name, attrMnemonic,
              [DeclareAttrInterfaceMethods<OptimizerAttrInterface,
                                           overrides>]> {
  let genVerifyDecl = 1;
}

def NN_SgdAttr : NN_Optimizer<"Sgd", "sgd"> {
  let summary = "stochastic gradient descent, with momentum";
  let description = [{
    `torch.optim.SGD` without dampening. With momentum it keeps a state, which a
    program zero-fills before the first step:

    ```
    g = gradient_scale·gradient + weight_decay·p
    b = momentum·b + g
    p = p − learning_rate·(nesterov ? g + momentum·b : b)
    ```

    Example: `#nn.sgd<learning_rate = 0.1, momentum = 0.9>`.
  }];
  let parameters = (ins NN_Float<"0.001">:$learning_rate,
                        NN_Float<"0.0">:$momentum,
                        NN_Float<"0.0">:$weight_decay,
                        DefaultValuedParameter<"bool", "false">:$nesterov);
}

/// Adam; the two differ in what they begin with.
class NN_AdamOptimizer<string name, string mnemonic, string weightDecay,
                       list<string> overrides = []>
    : NN_Optimizer<name, mnemonic, overrides> {
  let parameters = (ins NN_Float<"0.001">:$learning_rate,
                        NN_Float<"0.9">:$beta1,
                        NN_Float<"0.999">:$beta2,
                        NN_Float<"1e-8">:$epsilon,
                        NN_Float<weightDecay>:$weight_decay);
}

def NN_AdamAttr : NN_AdamOptimizer<"Adam", "adam", "0.0"> {
  let summary = "Adam";
  let description = [{
    Kingma and Ba, ICLR 2015; `torch.optim.Adam`. The states m and v are
    zero-filled before step t = 1:

    ```
    g = gradient_scale·gradient + weight_decay·p
    m = beta1·m + (1 − beta1)·g
    v = beta2·v + (1 − beta2)·g²
    p = p − learning_rate / (1 − beta1ᵗ)·m / (√v / √(1 − beta2ᵗ) + epsilon)
    ```

    Example: `#nn.adam<learning_rate = 0.01>`.
  }];
}

def NN_AdamWAttr : NN_AdamOptimizer<"AdamW", "adamw", "0.01",
                                     ["getFunctionName"]> {
  let summary = "Adam with decoupled weight decay";
  let description = [{
    Loshchilov and Hutter, ICLR 2019; `torch.optim.AdamW`: Adam, but that
    `weight_decay` is not added to gradients; instead, a step begins with
    `p = p·(1 − learning_rate·weight_decay)`. The same code and the same structure
    in C as Adam's, where `decoupled` chooses between them.

    Example: `#nn.adamw<weight_decay = 0.1>`.
  }];
}

def NN_RmspropAttr : NN_Optimizer<"Rmsprop", "rmsprop"> {
  let summary = "RMSprop";
  let description = [{
    `torch.optim.RMSprop`, not centered. The states v and, with momentum, b are
    zero-filled before the first step:

    ```
    g = gradient_scale·gradient + weight_decay·p
    v = alpha·v + (1 − alpha)·g²
    b = momentum·b + g / (√v + epsilon)
    p = p − learning_rate·b
    ```

    Example: `#nn.rmsprop<momentum = 0.9>`.
  }];
  let parameters = (ins NN_Float<"0.01">:$learning_rate,
                        NN_Float<"0.99">:$alpha,
                        NN_Float<"1e-8">:$epsilon,
                        NN_Float<"0.0">:$momentum,
                        NN_Float<"0.0">:$weight_decay);
}

def NN_AdagradAttr : NN_Optimizer<"Adagrad", "adagrad"> {
  let summary = "Adagrad";
  let description = [{
    Duchi, Hazan and Singer, JMLR 2011; `torch.optim.Adagrad`. The state s is
    zero-filled before step t = 1:

    ```
    g = gradient_scale·gradient + weight_decay·p
    s = s + g²
    p = p − learning_rate / (1 + (t − 1)·learning_rate_decay)·g / (√s + epsilon)
    ```

    Example: `#nn.adagrad<learning_rate = 0.1>`.
  }];
  let parameters = (ins NN_Float<"0.01">:$learning_rate,
                        NN_Float<"0.0">:$learning_rate_decay,
                        NN_Float<"1e-10">:$epsilon,
                        NN_Float<"0.0">:$weight_decay);
}

#endif // NASCENT_DIALECT_NN_IR_NNOPTIMIZERS_TD
