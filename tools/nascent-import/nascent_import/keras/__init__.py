# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Networks of Keras: what its files hold, and its layers as Nascent's."""
