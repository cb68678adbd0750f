"""Times an expression.py against the seed and the article's final version, independently of the scorer: all in this process,
by turns, on the same fresh inputs, every output checked. As in the article, the copy of the input is not timed.

    python3 compare.py [--json] [CANDIDATE]     by default the newest version in the workspace's git log, else found/expression.py
"""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np

SIZE = 5_000_000
WARM_UPS, TURNS = 3, 20
HERE = Path(__file__).parent


def main(arguments):
    paths = [argument for argument in arguments if argument != "--json"]
    with tempfile.TemporaryDirectory() as scratch:
        candidate = Path(paths[0]) if paths else find_newest(Path(scratch))
        files = {"seed": HERE / "seed/expression.py", "article": HERE / "article.py", "candidate": candidate}
        seconds = time_by_turns({name: load(name, file) for name, file in files.items()})
    if "--json" in arguments:
        print(json.dumps(seconds))
        return
    for name, file in files.items():
        print(f"{name:10}{seconds[name] * 1000:8.2f} ms   {seconds['article'] / seconds[name]:5.2f} × the article's version")


def find_newest(scratch):
    """The workspace itself may hold what the agent tried last."""
    show = ["git", "-C", str(HERE / "workspace"), "show", "HEAD:expression.py"]
    newest = subprocess.run(show, capture_output=True)
    if newest.returncode != 0:
        return HERE / "found/expression.py"
    file = scratch / "expression.py"
    file.write_bytes(newest.stdout)
    return file


def load(name, file):
    specification = importlib.util.spec_from_file_location(name, file)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.build_func


def time_by_turns(functions):
    """The median time of a call, in seconds, by name."""
    times = {name: [] for name in functions}
    generator = np.random.default_rng()
    for turn in range(WARM_UPS + TURNS):
        x = generator.random(SIZE)
        expected = np.exp(np.sin(x) + np.square(np.cos(x)))
        for name in generator.permutation(list(functions)):
            given = x.copy()
            started_at = time.perf_counter()
            output = functions[name](given)
            seconds = time.perf_counter() - started_at
            if output.shape != expected.shape or not np.allclose(output, expected, rtol=1e-12, atol=0):
                sys.exit(f"{name} is wrong")
            if turn >= WARM_UPS:
                times[name].append(seconds)
    return {name: median(series) for name, series in times.items()}


if __name__ == "__main__":
    main(sys.argv[1:])
