"""Times attention side by side, in one process and by turns, on the same inputs: a candidate, the seed, and PyTorch where it is installed.

    python3 compare.py [--json] [DIRECTORY]     by default the newest version in the workspace's git log, else found/

DIRECTORY holds attention.c and build.py. Every output is compared with the seed's. The times are the shortest of several calls; there
is no pipe in them. PyTorch uses as many threads as there are processors, and so does what OpenMP makes parallel.
"""

import array
import ctypes
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
WIDTH, ROWS, LENGTHS, TURNS = 64, 1024, (128, 256, 512, 1024), 15

try:
    import torch
except ImportError:
    torch = None


def load(directory, scratch):
    """The function of a candidate, built in a copy of its files."""
    copy = tempfile.mkdtemp(dir=scratch)
    shutil.copytree(directory, copy, dirs_exist_ok=True)
    subprocess.run([sys.executable, "build.py"], cwd=copy, check=True)
    return ctypes.CDLL(os.path.join(copy, "libattention.so")).attention


def checked_out(scratch):
    """The newest version, or what a run of ours found: what the workspace itself holds may be what the agent tried last."""
    workspace = os.path.join(HERE, "workspace")
    if not os.path.exists(os.path.join(workspace, ".git")):
        return os.path.join(HERE, "found")
    target = tempfile.mkdtemp(dir=scratch)
    for name in ("attention.c", "build.py"):
        with open(os.path.join(target, name), "wb") as file:
            file.write(subprocess.run(["git", "-C", workspace, "show", f"HEAD:{name}"], check=True, stdout=subprocess.PIPE).stdout)
    return target


def caller(function, arrays, length, causal):
    """A call that writes to an array of its own, and that array."""
    out = array.array("f", bytes(4 * len(arrays[0])))
    pointers = [(ctypes.c_float * len(values)).from_buffer(values) for values in (*arrays, out)]
    numbers = [ctypes.c_int64(number) for number in (ROWS // length, length, causal)]
    return lambda: function(*pointers, *numbers), out


def pytorch(arrays, length, causal):
    q, k, v = (torch.tensor(values).reshape(1, ROWS // length, length, WIDTH) for values in arrays)
    out = array.array("f", bytes(4 * len(arrays[0])))

    def call():
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=bool(causal))

    out[:] = array.array("f", call().flatten().tolist())
    return call, out


def measure(functions):
    """The seconds of each side, summed over all configurations' shortest calls, and a line for each configuration."""
    totals, rows = {}, []
    for length in LENGTHS:
        for causal in (0, 1):
            arrays = [array.array("f", (random.uniform(-1.7, 1.7) for _ in range(ROWS * WIDTH))) for _ in range(3)]
            sides = {name: caller(function, arrays, length, causal) for name, function in functions.items()}
            if torch is not None:
                sides["pytorch"] = pytorch(arrays, length, causal)
            shortest = dict.fromkeys(sides, float("inf"))
            for _ in range(TURNS):
                for name, (call, _) in sides.items():
                    started = time.perf_counter()
                    call()
                    shortest[name] = min(shortest[name], time.perf_counter() - started)
            expected = sides["seed"][1]
            for name, (_, out) in sides.items():
                if not max(abs(a - b) for a, b in zip(out, expected)) < 1e-3:
                    sys.exit(f"{name} is wrong at {length}{' causal' if causal else ''}")
            for name, seconds in shortest.items():
                totals[name] = totals.get(name, 0) + seconds
            work = 4 * ROWS * length * WIDTH / (2 if causal else 1) / 1e9
            rows.append((f"{length}{' causal' if causal else ''}", {name: work / seconds for name, seconds in shortest.items()}))
    return totals, rows


def main(words):
    places = [word for word in words if word != "--json"]
    with tempfile.TemporaryDirectory(prefix="avo-compare-") as scratch:
        directory = os.path.abspath(places[0]) if places else checked_out(scratch)
        functions = {"candidate": load(directory, scratch), "seed": load(os.path.join(HERE, "seed"), scratch)}
        totals, rows = measure(functions)
    if "--json" in words:
        print(json.dumps(totals))
        return
    names = list(totals)
    print("GFLOP/s".ljust(14), *(name.rjust(10) for name in names))
    for configuration, speeds in rows:
        print(configuration.ljust(14), *(f"{speeds[name]:10.2f}" for name in names))
    print("seconds".ljust(14), *(f"{totals[name]:10.4f}" for name in names))
    if torch is None:
        print("PyTorch is not installed for this Python.")


main(sys.argv[1:])
