"""Builds a candidate as a plain process, for a scorer that is run by hand."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from typing import Mapping, Sequence

from .failures import CandidateFailure

_MAX_WORDS_CHARACTERS = 3_000
_ERROR = re.compile(r"\b(error|undefined reference|fatal)\b", re.IGNORECASE)


def describe_missing(needs: Sequence[Sequence[str]]) -> str:
    """What to say about programs that are not there; empty where all are. A path is the candidate's own affair."""
    missing = [names for names in needs if not any("/" in name or shutil.which(name) for name in names)]
    return " and ".join(" or ".join(names) for names in missing) + " must be installed" if missing else ""


def build_plainly(argv: Sequence[str], seconds: float, directory: str, environment: Mapping[str, str]) -> None:
    """Runs a build in a directory. Raises `CandidateFailure` with its words where it does not end well."""
    process = subprocess.Popen(
        argv,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        printed = process.communicate(timeout=seconds)[0]
        end = f"ended with exit code {process.returncode}" if process.returncode >= 0 else f"was ended by signal {-process.returncode}"
    except subprocess.TimeoutExpired:
        printed, end = b"", "ran into its limit on time"
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        process.wait()
    if end != "ended with exit code 0":
        words = printed.decode(errors="replace").replace(f"{directory}/", "").strip()
        raise CandidateFailure(f"it can't be built: {' '.join(argv)[:60]} {end}\n{_cut_to_errors(words)}".strip())


def _cut_to_errors(text: str) -> str:
    """The beginning, or where that would show no error, from the first one on: what follows an error follows from it."""
    first = _ERROR.search(text)
    if len(text) > _MAX_WORDS_CHARACTERS and first and first.start() > _MAX_WORDS_CHARACTERS / 2:
        text = text[text.rfind("\n", 0, first.start()) + 1 :]
    return text[:_MAX_WORDS_CHARACTERS]
