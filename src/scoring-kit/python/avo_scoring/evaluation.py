"""A whole evaluation, and the document that comes of it."""

from __future__ import annotations

import json
import os
import secrets
import sys
from typing import Any, Dict, Optional

from .failures import SANDBOX_EXIT_CODE, CandidateFailure, SandboxFailure
from .launchers import BrokerLauncher, PlainLauncher
from .measurement import Bench, RandomSource, measure, measure_channel, to_metrics, to_scores
from .task import ScoringTask

# The part of the time for the configurations that is spent on the hidden ones: they are there to veto.
_HOLDOUT_SHARE = 0.25


def score_candidate(**task: Any) -> None:
    """A whole scorer: evaluates the candidate in AVO_CANDIDATE and writes the document to AVO_RESULT.

    Takes the fields of `ScoringTask`. Run by hand, `python3 score.py DIRECTORY` with this package's parent directory on the
    PYTHONPATH, it prints the document. Ends the process with status 75 where a candidate can't be started through no fault of
    its own.
    """
    # What the scorer starts has no business with its variables.
    names = ("AVO_CANDIDATE", "AVO_RESULT", "AVO_BROKER", "AVO_INPUTS", "AVO_HOLDOUT")
    candidate, result_path, broker, inputs, hidden = (os.environ.pop(name, None) for name in names)
    candidate = candidate or (sys.argv[1] if len(sys.argv) > 1 else None)
    if candidate is None:
        raise TypeError("which candidate? `avo eval` says it; by hand: python3 score.py DIRECTORY")
    try:
        task = ScoringTask(**task)
        skip = hidden == "skip"
        result = evaluate_candidate(task, candidate, broker=broker, inputs=inputs, skip_holdout=skip)
    except SandboxFailure as failure:
        sys.stderr.write(f"no candidate could be started: {failure}\n")
        sys.exit(SANDBOX_EXIT_CODE)
    if result_path is None:
        print(json.dumps(result, indent=2))
    else:
        _write_result(result_path, result)


def evaluate_candidate(
    task: ScoringTask,
    candidate_directory: str,
    *,
    broker: Optional[str] = None,
    inputs: Optional[str] = None,
    skip_holdout: bool = False,
) -> Dict[str, Any]:
    """Evaluates a candidate and gives the document, without writing it anywhere.

    `broker` is where the harness takes requests to start candidates; without it they are plain child processes. `inputs` is
    what inputs are made from: the same secret gives the same ones. `skip_holdout` leaves the hidden configurations out: the
    agent is looking. Raises `SandboxFailure`.
    """
    launcher = PlainLauncher(candidate_directory) if broker is None else BrokerLauncher(broker)
    try:
        return _evaluate(Bench(task, launcher, RandomSource(inputs)), skip_holdout)
    except CandidateFailure as failure:
        return _incorrect(str(failure))
    finally:
        launcher.close()


def _evaluate(bench: Bench, skip_holdout: bool) -> Dict[str, Any]:
    task = bench.task
    series = measure(bench, task.configurations, task.budget)
    channel = measure_channel(bench, series) if task.value is None else {}
    scores = to_scores(task, series, channel)
    result: Dict[str, Any] = {"correct": True, "scores": scores}
    if task.value is None:
        result["metrics"] = to_metrics(series, channel)
    if task.holdout and not skip_holdout:
        # In a process of its own, so that what the candidate prints there can't come along with what it prints in the open.
        try:
            hidden = measure(bench, task.holdout, task.budget * _HOLDOUT_SHARE)
            result["holdout"] = {"correct": True, "scores": to_scores(task, hidden, {})}
        except CandidateFailure as failure:
            holdout = {"correct": False, "reason": str(failure)}
            return {**_incorrect("it fails on an input of a kind that is not shown"), "holdout": holdout}
    for name, configuration in task.configurations.items():
        least, highest = task.plausible(configuration)
        if not least <= scores[name] <= highest:
            reason = f"{name}: a score of {scores[name]} is not between {least} and {highest}"
            return {**result, "held": True, "reason": reason}
    return result


def _incorrect(feedback: str) -> Dict[str, Any]:
    return {"correct": False, "scores": {}, "feedback": feedback}


def _write_result(path: str, result: Dict[str, Any]) -> None:
    """The whole document or nothing: who looks for it finds no half of one."""
    fresh = f"{path}.{secrets.token_hex(8)}"
    with open(fresh, "x", encoding="utf-8") as file:
        json.dump(result, file)
    os.rename(fresh, path)
