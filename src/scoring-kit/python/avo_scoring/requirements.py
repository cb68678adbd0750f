"""Modules that a scorer and its candidates cannot do without."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from typing import Iterator, Sequence

# Where a module is not called what its package is.
_PACKAGES = {"sklearn": "scikit-learn", "cv2": "opencv-python", "PIL": "pillow", "yaml": "pyyaml"}
_LOOK = "import sys; from importlib.util import find_spec; sys.exit(not all(map(find_spec, sys.argv[1:])))"
_PATIENCE_SECONDS = 30


def require_modules(*names: str) -> None:
    """Goes on with a Python that has these modules: this one or, where it lacks one, the first `python3` on the PATH that has all.

    It belongs before their imports, because another Python begins the scorer anew. Candidates run with the same one. Where
    there is none, the process ends and says what to install.
    """
    missing = [name for name in names if find_spec(name) is None]
    if not missing:
        return
    for python in _find_others():
        if _has(python, names):
            given = getattr(sys, "orig_argv", None) or [sys.executable, *sys.argv]
            os.execv(python, [python, *given[1:]])
    packages = " ".join(_PACKAGES.get(name, name) for name in missing)
    distribution = " ".join(f"python3-{name}" for name in missing)
    sys.exit(
        f"no python3 on the PATH has {' and '.join(missing)}: install with `{sys.executable} -m pip install {packages}`, "
        f"or for the distribution's Python with `apt-get install {distribution}`"
    )


def _find_others() -> Iterator[str]:
    seen = {os.path.realpath(sys.executable)}
    for directory in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(directory, "python3")
        # Environments are links to one Python, and have modules of their own.
        place = os.path.join(os.path.realpath(directory), "python3")
        if os.path.isabs(path) and os.access(path, os.X_OK) and place not in seen:
            seen.add(place)
            yield path


def _has(python: str, names: Sequence[str]) -> bool:
    try:
        looked = subprocess.run([python, "-c", _LOOK, *names], stderr=subprocess.DEVNULL, timeout=_PATIENCE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return looked.returncode == 0
