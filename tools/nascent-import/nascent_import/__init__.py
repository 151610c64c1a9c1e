# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks of PyTorch, and what frameworks print, as Nascent's source.

`main` reads the command line; `model_file` runs a user's Python file, `modules`
and `tracing` walk what it made, `listing` reads text. All of them call the
functions of `layers`, which are named and have parameters as PyTorch's classes
have, and which append to a `network`.
"""
