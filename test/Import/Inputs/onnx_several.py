# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""A model with several nodes that are not supported, one behind another's; and one whose
batch is fixed."""

import sys

from onnx_graph import model, node, save

save(model([node("Erf", "x", "a"), node("Relu", "a", "b"),
            node("Softmax", "x", "c", "gate", axis=0), node("Exp", "b", "d"),
            node("Add", "c d")]), sys.argv[1])
save(model([node("Relu", "x")], x=(2, 4)), "fixed.onnx")
