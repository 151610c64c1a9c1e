# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""What cannot be imported, and where it stands.

Importing goes on behind a refusal, so that all of a file come at once. Nothing
is written where there is one.
"""


class Refusal(Exception):
    """A layer or a function that cannot be imported; `line` is where, if that is
    known better than by who catches it."""

    def __init__(self, what, line=None):
        super().__init__(what)
        self.line = line


class RankRefusal(Refusal):
    """A layer that cannot have a value of so many dimensions; where nobody says
    how many an input has, others are tried."""


class SizeRefusal(Refusal):
    """A layer that needs a size which nobody has said."""


class SharedAcrossBlocks(Exception):
    """Something is shared by different networks, which only one of all layers
    can say: parameters, or states that go from one to the other."""


class ImportFailure(Exception):
    """Ends the import: what can be said is in `messages`, one a line."""

    def __init__(self, *messages):
        super().__init__("\n".join(messages))
        self.messages = messages


class Refusals:
    """The refusals of one import."""

    def __init__(self):
        self.messages = []
        self.of_rank = False

    def add(self, where, refusal):
        message = f"{where}: error: {refusal}"
        self.of_rank |= isinstance(refusal, RankRefusal)
        # A module that is used several times is refused once.
        if message not in self.messages:
            self.messages.append(message)

    def __len__(self):
        return len(self.messages)
