# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Checks the snippets and the links in Markdown pages.

    check_snippets.py ROOT WORK PAGE.md...

The pages are read one after the other in a clean checkout, a copy of ROOT. A page
must leave it as it was, but for the folder build, which git ignores and the next page
does not see. The words after a fence's language
say what the block is:

    ```sh run              commands, run by bash -e where the block before it
                           ended, at first in the checkout
    ```sh fails            the same, and the status must not be 0
    ```<language> output   what the block before it printed, standard error
                           included; without such a block nothing is compared
    ```mlir complete       parses with nascent-opt
    ```<language> file=F   stands in ROOT/F word for word

In an output block `…` stands for any text within its line, and a line that is
nothing but `…` for any number of lines. Blocks without these words are not
checked. A link that is no address leads to a file and, after #, to a heading in it.
"""

import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys

FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s#]*)#?([^)\s]*)\)")


def prose(path):
    """The text of a page, without what its blocks say."""
    with open(path, encoding="utf-8") as file:
        return FENCE.sub(lambda fence: "\n" * fence[0].count("\n"), file.read())


def anchors(path):
    """What GitHub calls a page's headings in links."""
    titles = re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            for title in titles}


def line_matches(expected, printed):
    pattern = ".*".join(map(re.escape, expected.split("…")))
    return re.fullmatch(pattern, printed) is not None


def matches(expected, printed):
    """Lines against lines; a line `…` takes as few as let the rest match."""
    e = p = 0
    resume = None  # where to try again, with one line more for the last `…`
    while p < len(printed):
        if e < len(expected) and expected[e] == "…":
            resume = (e + 1, p)
            e += 1
        elif e < len(expected) and line_matches(expected[e], printed[p]):
            e, p = e + 1, p + 1
        elif resume:
            e, p = resume[0], resume[1] + 1
            resume = (e, p)
        else:
            return False
    return all(line == "…" for line in expected[e:])


class Checkout:
    def __init__(self, root, folder):
        self.folder = folder
        shutil.copytree(root, folder, symlinks=True,
                        ignore=shutil.ignore_patterns("build", ".git"))
        self.git("init", "--quiet")
        self.git("add", "--all")

    def git(self, *words):
        return subprocess.run(["git", *words], cwd=self.folder, check=True,
                              capture_output=True, text=True).stdout

    def left(self):
        """The files that are not as they were, which are put back."""
        files = self.git("ls-files", "--modified", "--others",
                         "--exclude-standard").split()
        if files:
            self.git("checkout", "--quiet", "--", ".")
        self.git("clean", "-ffdxq")
        return files


class Page:
    def __init__(self, root, checkout, path):
        self.root = root
        self.path = path
        self.checkout = checkout
        self.folder = checkout.folder
        self.printed = None
        self.errors = 0
        self.checked = 0

    def check(self):
        with open(self.path, encoding="utf-8") as file:
            text = file.read()
        for fence in FENCE.finditer(text):
            self.line = text.count("\n", 0, fence.start()) + 1
            words, body = fence[1].split()[1:], fence[2]
            for word in words:
                self.checked += 1
                if word in ("run", "fails"):
                    self.run(body, word == "fails")
                elif word == "output":
                    self.compare(body)
                elif word == "complete":
                    self.parse(body)
                elif word.startswith("file="):
                    self.find(body, word[len("file="):])
                else:
                    self.error(f"unknown word '{word}' after ```")
        text = prose(self.path)
        for link in LINK.finditer(text):
            self.line = text.count("\n", 0, link.start()) + 1
            self.follow(*link.groups())
        left = self.checkout.left()
        if left:
            self.line = text.count("\n")
            self.error("the page leaves in the checkout: " + ", ".join(left))

    def error(self, message):
        print(f"{self.path}:{self.line}: error: {message}", flush=True)
        self.errors += 1

    def follow(self, path, anchor):
        if "://" in path:
            return
        folder = os.path.dirname(self.path)
        target = os.path.join(folder, path) if path else self.path
        if not os.path.exists(target):
            self.error(f"a link to {path}, which there is not")
        elif anchor and anchor not in anchors(target):
            self.error(f"a link to #{anchor}, which is no heading of "
                       + os.path.basename(target))

    def run(self, script, fails):
        end = self.checkout.folder + ".end"
        result = subprocess.run(
            ["bash", "-e"], cwd=self.folder, text=True,
            input=f"trap 'pwd > {shlex.quote(end)}' EXIT\n" + script,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        with open(end, encoding="utf-8") as file:
            self.folder = file.read().rstrip("\n")
        self.printed = result.stdout
        if (result.returncode != 0) != fails:
            self.error(f"status {result.returncode}\n{result.stdout}")

    def compare(self, expected):
        if self.printed is None:
            return self.error("an output without commands before it")
        expected = expected.splitlines()
        # Printers leave blanks at the ends of lines; editors remove them.
        printed = [line.rstrip() for line in self.printed.splitlines()]
        if not matches(expected, printed):
            self.error("the output differs\n" + "\n".join(difflib.unified_diff(
                expected, printed, "page", "printed", lineterm="")))
        self.printed = None

    def parse(self, source):
        result = subprocess.run(["nascent-opt", "-o", os.devnull],
                                input=source, text=True, capture_output=True)
        if result.returncode != 0:
            self.error("does not parse\n" + result.stderr)

    def find(self, body, name):
        path = os.path.join(self.root, name)
        if not os.path.exists(path):
            return self.error(f"there is no file {name}")
        with open(path, encoding="utf-8") as file:
            if body not in file.read():
                self.error(f"{name} does not hold this text")


def main():
    root, work, *paths = map(os.path.abspath, sys.argv[1:])
    # `python3` in the snippets is this Python, which has NumPy.
    commands = os.path.join(work, "bin")
    os.makedirs(commands)
    os.symlink(sys.executable, os.path.join(commands, "python3"))
    os.environ["PATH"] = commands + os.pathsep + os.environ["PATH"]
    checkout = Checkout(root, os.path.join(work, "checkout"))
    pages = [Page(root, checkout, path) for path in paths]
    for page in pages:
        page.check()
        print(f"{page.path}: {page.checked} checked, {page.errors} wrong")
    sys.exit(any(page.errors for page in pages))


if __name__ == "__main__":
    main()
