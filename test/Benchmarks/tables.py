# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

"""Tables of the report, and numbers in them."""

import results
from results import OURS

STRICT = 0.96  # as in Statistics.h


def table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def by(shape):
    return " × ".join(map(str, shape))


def percent(value):
    return f"{100 * float(value):.0f} %"


def nanoseconds(value):
    """Three digits and a unit that suits."""
    value = float(value)
    for unit in ("ns", "µs", "ms", "s"):
        if value < 1000 or unit == "s":
            break
        value /= 1000
    return f"{value:.{2 if value < 10 else 1 if value < 100 else 0}f} {unit}"


def factor(value):
    """How many times as fast, or a dash."""
    return "–" if value is None else f"{value:.2f}"


def contestants_of(rows):
    """All that appear, in the order of the tables."""
    return list(dict.fromkeys(name for row in rows.values() for name in row))


def section_noise(rows, show):
    relaxed = {}
    for key, row in rows.items():
        threshold = float(next(iter(row.values()))["threshold"])
        if threshold < STRICT:
            relaxed.setdefault(threshold, []).append(show(key))
    if not relaxed:
        return ("Every sample that counts was taken at "
                f"{percent(STRICT)} of the best probe's speed or more.\n")
    return ("Samples count from "
            f"{percent(STRICT)} of the best probe's speed on, but too few "
            "reached that: "
            + "; ".join(f"{percent(threshold)} for {', '.join(keys)}"
                        for threshold, keys in sorted(relaxed.items(),
                                                      reverse=True)) + ".\n")


def section_beside_peers(folder, part):
    """A row for each layer or network, ours beside all peers."""
    found = results.networks(folder, part)
    if not found:
        return ""
    names = contestants_of(found)
    lines = []
    for title, row in found.items():
        lines.append([title,
                      *(nanoseconds(row[name]["ns"]) if name in row else "–"
                        for name in names),
                      percent(results.fraction(row)) if OURS in row else "–",
                      factor(results.ratio(row)), results.best_peer(row) or "–"])
    text = table(["", *names, "ours, of peak", "ours : best peer", "which"],
                 lines)
    return text + "\n" + section_noise(found, str)


def summary_of(found, title, beside="the best peer"):
    """Two rows of the summary, of {network: ratio}; none without one."""
    if not found:
        return []
    least = min(found, key=found.get)
    return [[f"{title}, geometric mean of speed beside {beside}",
             f"{results.geometric_mean(found.values()):.2f}"],
            [f"{title}, worst", f"{found[least]:.2f} ({least})"]]
