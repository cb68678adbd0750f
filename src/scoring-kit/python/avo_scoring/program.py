"""What runs in a candidate's process, and how it is started."""

from __future__ import annotations

import json
import sys
from typing import Any, Dict, List, Mapping

_NODE_ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts")
# The channel moves away from standard input and output, so that a candidate may print.
_REDIRECT = 'exec "$@" 3<&0 4>&1 </dev/null >&2'


def is_module_file(path: str) -> bool:
    """Whether a module can be run at all; the ending decides how."""
    return path.endswith((".py", *_NODE_ENDINGS))


def echo_of(program: Mapping[str, Any]) -> Dict[str, Any]:
    """The echo that is carried by the same means as this candidate."""
    if "command" in program:
        return {"command": ["cat"]}
    interpreter = {"interpreter": program["interpreter"]} if "interpreter" in program else {}
    if "library" in program:
        return {"echo": "python", **interpreter}
    return {"echo": "python" if program["module"].endswith(".py") else "node", **interpreter}


def to_argv(program: Mapping[str, Any], data_directory: str) -> List[str]:
    """The command line that a program is started with, once it is built."""
    program = {name: value for name, value in program.items() if name != "build"}
    if program.get("echo") == "node" or program.get("module", "").endswith(_NODE_ENDINGS):
        runner = ["node", "--disable-warning=ExperimentalWarning", "$KIT/candidate/run.js"]
    else:
        runner = [sys.executable, "-B", "$KIT/python/run_candidate.py"]
    runner[0] = program.get("interpreter", runner[0])
    return ["sh", "-c", _REDIRECT, "sh", *runner, data_directory, json.dumps(dict(program))]
