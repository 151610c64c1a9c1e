# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""nascent-train against PyTorch, from the same initial values, in the same order.

    check_training.py FOLDER

Losses of epochs, validation and parameters must agree; a training that is killed, or
asked to stop, and goes on comes to the same bytes.
"""

import csv
import gzip
import json
import os
import signal
import struct
import subprocess
import sys
import time

import numpy as np
import torch

from shuffled import shuffled_rows

MLP = """
nn.sequential @mlp(%x: tensor<?x?xf32>) -> tensor<?x5xf32> {
  %0 = nn.dense %x, 24 : tensor<?x?xf32> -> tensor<?x24xf32>
  %1 = nn.tanh %0 : tensor<?x24xf32>
  %2 = nn.dense %1, 5 : tensor<?x24xf32> -> tensor<?x5xf32>
  nn.return %2 : tensor<?x5xf32>
}
"""
ROWS, WIDTH, CLASSES, EPOCHS, SEED = 203, 7, 5, 4, 11
# Batches that leave no rest take half as long to compile.
EVEN = "--batch=29"


def run(*arguments, status=0):
    """What a command prints; it must end with that status."""
    done = subprocess.run(arguments, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    assert done.returncode == status, (arguments, done.stdout)
    return done.stdout


def read_safetensors(path):
    with open(path, "rb") as file:
        contents = file.read()
    size, = struct.unpack("<Q", contents[:8])
    header = json.loads(contents[8:8 + size])
    start = 8 + size
    return {name: np.frombuffer(
        contents[start + entry["data_offsets"][0]:
                 start + entry["data_offsets"][1]],
        np.float32).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__" and entry["dtype"] == "F32"}


def read(path):
    with open(path, "rb") as file:
        return file.read()


def read_log(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def make_data(random):
    x = random.standard_normal((ROWS, WIDTH)).astype(np.float32)
    scores = x @ random.standard_normal((WIDTH, CLASSES))
    return x, scores.argmax(1), scores.astype(np.float32)


class Peer:
    """The same network in PyTorch."""

    def __init__(self, values):
        self.model = torch.nn.Sequential(
            torch.nn.Linear(WIDTH, 24), torch.nn.Tanh(),
            torch.nn.Linear(24, CLASSES))
        self.model.load_state_dict({name: torch.tensor(value)
                                    for name, value in values.items()})

    def train(self, optimizer, loss, x, y, batch, clip=None, order=None):
        """The mean loss of each epoch, as its steps found it."""
        means = []
        for epoch in range(EPOCHS):
            rows = order(epoch)
            total = count = 0
            for start in range(0, len(rows), batch):
                part = rows[start:start + batch]
                optimizer.zero_grad()
                value = loss(self.model(torch.tensor(x[part])),
                             torch.tensor(y[part]))
                value.backward()
                if clip:
                    torch.nn.utils.clip_grad_norm_(self.model.parameters(),
                                                   clip)
                optimizer.step()
                total += value.item() * len(part)
                count += len(part)
            means.append(total / count)
        return means


def compare(name, log, means, tolerance):
    ours = [float(row["loss"]) for row in log]
    worst = max(abs(a - b) / abs(b) for a, b in zip(ours, means))
    print(name, "losses", ours[0], "to", ours[-1], "differ by", worst)
    assert len(ours) == len(means) and worst < tolerance, (ours, means)
    assert ours[-1] < ours[0]


class Check:
    def __init__(self, folder):
        os.chdir(folder)
        with open("mlp.mlir", "w") as file:
            file.write(MLP)
        random = np.random.default_rng(1)
        self.x, self.labels, self.scores = make_data(random)
        np.save("x.npy", self.x)
        np.save("y.npy", self.labels)
        np.save("s.npy", self.scores)
        run("nascent-params", "init", "mlp.mlir", "--bind",
            f"mlp=1x{WIDTH}xf32", "--seed", str(SEED), "-o",
            "start.safetensors")
        self.start = read_safetensors("start.safetensors")

    def train(self, output, *options, status=0, labels="y.npy",
              data="x.npy", epochs=EPOCHS):
        return run("nascent-train", "mlp.mlir", "--data", data, "--labels",
                   labels, "--epochs", str(epochs), "--seed", str(SEED),
                   "-o", output, *options, status=status)

    def against_torch(self):
        shuffle = lambda epoch: shuffled_rows(ROWS, SEED, epoch)
        cases = [
            ("sgd", "sgd<learning_rate = 0.1, momentum = 0.9>", "cross_entropy",
             32, [], lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), None),
            ("exact batch", "sgd<learning_rate = 0.2>", "cross_entropy", 29, [],
             lambda p: torch.optim.SGD(p, lr=0.2), None),
            ("adam", "adam<learning_rate = 0.01>", "cross_entropy", 50, [],
             lambda p: torch.optim.Adam(p, lr=0.01), None),
            ("adamw", "adamw<learning_rate = 0.01, weight_decay = 0.1>", "mse",
             16, [], lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
             None),
            ("clipped", "sgd<learning_rate = 0.5>", "mse", 64,
             ["--clip-norm", "0.25"], lambda p: torch.optim.SGD(p, lr=0.5),
             0.25),
            ("in order", "sgd<learning_rate = 0.1>", "cross_entropy", 7,
             ["--no-shuffle"], lambda p: torch.optim.SGD(p, lr=0.1), None),
        ]
        for name, optimizer, loss, batch, options, make, clip in cases:
            labels = "s.npy" if loss == "mse" else "y.npy"
            self.train("t.safetensors", "--optimizer", optimizer, "--loss",
                       loss, "--batch", str(batch), "--log", "log.csv",
                       *options, labels=labels)
            peer = Peer(self.start)
            function = (torch.nn.MSELoss() if loss == "mse"
                        else torch.nn.CrossEntropyLoss())
            order = ((lambda epoch: list(range(ROWS)))
                     if "--no-shuffle" in options else shuffle)
            means = peer.train(make(peer.model.parameters()), function, self.x,
                               self.scores if loss == "mse" else self.labels,
                               batch, clip, order)
            compare(name, read_log("log.csv"), means, 2e-6)
            trained = read_safetensors("t.safetensors")
            for key, value in peer.model.state_dict().items():
                worst = np.abs(trained[key] - value.numpy()).max()
                assert worst < 1e-5 * np.abs(value.numpy()).max(), (key, worst)

    def validation(self):
        """After each epoch the loss and the accuracy are those of PyTorch."""
        random = np.random.default_rng(2)
        x, y = self.x[:45], self.labels[:45].copy()
        y[3] = -100
        np.save("vx.npy", x)
        np.save("vy.npy", y)
        text = self.train("t.safetensors", "--validation", "vx.npy",
                          "--validation-labels", "vy.npy", "--log", "log.csv",
                          "--plot", "curve.svg")
        trained = read_safetensors("t.safetensors")
        peer = Peer(trained)
        scores = peer.model(torch.tensor(x))
        wanted = torch.nn.CrossEntropyLoss()(scores, torch.tensor(y)).item()
        right = (scores.argmax(1).numpy() == y).sum() / 44
        last = read_log("log.csv")[-1]
        assert abs(float(last["validation_loss"]) - wanted) < 1e-6, last
        assert abs(float(last["validation_accuracy"]) - right) < 1e-9, last
        assert f"epoch {EPOCHS}/{EPOCHS}: loss" in text, text
        assert read("curve.svg").startswith(b"<svg")

    def formats(self):
        """CSV and IDX say the same as NumPy's files."""
        self.train("t.safetensors", EVEN)
        np.savetxt("x.csv", self.x, delimiter=",", fmt="%.9g")
        np.savetxt("y.csv", self.labels, fmt="%d")
        self.train("c.safetensors", EVEN, data="x.csv", labels="y.csv")
        assert read("c.safetensors") == read("t.safetensors")
        # One table has the labels, too.
        np.savetxt("xy.csv", np.column_stack([self.x, self.labels]),
                   delimiter=",", fmt="%.9g")
        run("nascent-train", "mlp.mlir", "--data", "xy.csv",
            "--label-columns=1", "--epochs", str(EPOCHS), "--seed", str(SEED),
            EVEN, "--validation", "xy.csv", "-o", "c.safetensors")
        assert read("c.safetensors") == read("t.safetensors")
        with gzip.open("x.idx.gz", "wb") as file:
            file.write(struct.pack(">BBBBII", 0, 0, 13, 2, ROWS, WIDTH)
                       + self.x.astype(">f4").tobytes())
        with open("y-idx1-ubyte", "wb") as file:
            file.write(struct.pack(">BBBBI", 0, 0, 8, 1, ROWS)
                       + self.labels.astype("u1").tobytes())
        self.train("i.safetensors", EVEN, data="x.idx.gz",
                   labels="y-idx1-ubyte")
        assert read("i.safetensors") == read("t.safetensors")

    def resumed(self):
        """What is interrupted comes to the same bytes."""
        options = ["--optimizer=adam", "--batch=13", "--validation", "x.npy",
                   "--validation-labels", "y.npy"]
        self.train("whole.safetensors", *options, "--log=whole.csv",
                   "--checkpoint=w.safetensors", epochs=6)
        self.train("half.safetensors", *options, "--checkpoint=c.safetensors",
                   epochs=3)
        self.train("rest.safetensors", *options, "--resume=c.safetensors",
                   "--checkpoint=c.safetensors", "--log=rest.csv", epochs=6)
        for a, b in (("whole.safetensors", "rest.safetensors"),
                     ("w.safetensors", "c.safetensors"),
                     ("whole.csv", "rest.csv")):
            assert read(a) == read(b), (a, b)
        options = [EVEN if each.startswith("--batch") else each
                   for each in options]
        # Killed at any time, in the middle of an epoch.
        self.stopped(options, signal.SIGKILL, "--checkpoint-steps=5")
        # Asked to stop, which keeps what was trained.
        kept = ("; 'c.safetensors' has what was trained; go on with "
                "--resume=c.safetensors and the same options\n")
        # Where each epoch has one step, it is stopped between them.
        whole = [f"--batch={ROWS}" if each == EVEN else each
                 for each in options]
        text = self.stopped(whole, signal.SIGTERM)
        assert kept in text and ", after epoch " in text, text
        text = self.stopped(options, signal.SIGINT)
        assert kept in text and " epoch " in text, text
        # Of another network, or another optimiser.
        with open("mlp.mlir", "w") as file:
            file.write(MLP.replace("24", "25"))
        text = self.train("x.safetensors", *options, "--resume=c.safetensors",
                          status=1)
        assert ("error: 'c.safetensors' is a checkpoint of another training: "
                "its shape of 'parameters/0.weight' is (24, 7), but now it is "
                "(25, 7)") in text, text
        with open("mlp.mlir", "w") as file:
            file.write(MLP)
        text = self.train("x.safetensors", "--optimizer=sgd", EVEN,
                          "--resume=c.safetensors", status=1)
        assert "its optimiser is 'adam', but now it is 'sgd'" in text, text
        text = self.train("x.safetensors", EVEN,
                          "--resume=start.safetensors", status=1)
        assert "expected a checkpoint of nascent-train" in text, text
        assert not os.path.exists("x.safetensors")

    def stopped(self, options, number, *further):
        """Goes on after a signal to the same bytes; gives what was said."""
        for path in ("c.safetensors", "killed.safetensors"):
            if os.path.exists(path):
                os.remove(path)
        def handle_signals():
            # Whoever starts tests in the background has them ignore SIGINT.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            # As nohup does.
            signal.signal(signal.SIGHUP, signal.SIG_IGN)

        process = subprocess.Popen(
            ["nascent-train", "mlp.mlir", "--data", "x.npy", "--labels",
             "y.npy", "--epochs", "1000000", "--seed", str(SEED), *options,
             "--checkpoint=c.safetensors", *further, "-o",
             "killed.safetensors"], stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
            preexec_fn=handle_signals)
        while not os.path.exists("c.safetensors"):
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGHUP)
        time.sleep(0.05)
        assert process.poll() is None, "what is ignored ends the process"
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]
        assert process.returncode == -number, (process.returncode, said)
        assert not os.path.exists("killed.safetensors")
        text = self.train("at.safetensors", *options,
                          "--resume=c.safetensors", epochs=0)
        done = int(text.split("': ")[1].split(" ")[0])
        epochs = done + 2
        self.train("on.safetensors", *options, "--resume=c.safetensors",
                   epochs=epochs)
        self.train("once.safetensors", *options, epochs=epochs)
        assert read("on.safetensors") == read("once.safetensors")
        return said

    def early(self):
        """Stops where validation becomes no better, and gives the best."""
        np.save("other.npy", (self.labels + 1) % CLASSES)
        options = ["--optimizer=sgd<learning_rate = 0.1>", EVEN,
                   "--validation", "x.npy", "--validation-labels", "other.npy",
                   "--log=e.csv"]
        text = self.train("e.safetensors", *options, "--patience=3", epochs=50)
        log = read_log("e.csv")
        losses = [float(row["validation_loss"]) for row in log]
        best = losses.index(min(losses))
        assert len(losses) == best + 4 < 50, losses
        assert "the validation loss has not become less for 3 epochs" in text
        assert f"the parameters are those of epoch {best + 1}" in text, text
        self.train("b.safetensors", *options, epochs=best + 1)
        assert read("e.safetensors") == read("b.safetensors")

    def diverged(self):
        """A loss that is none stops it, and what was good stays."""
        self.train("d.safetensors", EVEN, "--checkpoint=good.safetensors",
                   "--loss=mse", labels="s.npy", epochs=1)
        good = read("good.safetensors")
        for path in ("d.safetensors", "d.csv"):
            if os.path.exists(path):
                os.remove(path)
        scores = self.scores.copy()
        scores[100] = 3e38
        np.save("huge.npy", scores)
        text = self.train("d.safetensors", EVEN,
                          "--resume=good.safetensors",
                          "--checkpoint=good.safetensors", "--log=d.csv",
                          "--loss=mse", labels="huge.npy", status=1)
        assert ("error: the loss is infinite at step " in text
                and "'good.safetensors' stays as it was" in text), text
        assert read("good.safetensors") == good
        assert not os.path.exists("d.safetensors")
        text = self.train("d.safetensors", EVEN, "--optimizer",
                          "sgd<learning_rate = 1.0e+30>", "--loss=mse",
                          labels="s.npy", status=1)
        assert "training stops, and nothing was written" in text, text
        assert not os.path.exists("d.safetensors")


def main():
    check = Check(sys.argv[1])
    check.against_torch()
    check.validation()
    check.formats()
    check.resumed()
    check.early()
    check.diverged()


main()
