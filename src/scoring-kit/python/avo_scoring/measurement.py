"""Samples of a candidate, and what they say."""

from __future__ import annotations

import hashlib
import json
import math
import random
import secrets
import time
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

from .candidate_process import CandidateProcess
from .difference import first_difference
from .failures import CandidateFailure, SandboxFailure
from .launchers import Launcher
from .program import echo_of
from .task import ScoringTask

# Rounds whose outputs are checked and whose times are not used: compilers and caches of the machine get going in them.
_WARM_UP_ROUNDS = 3
# Of the echo, for each configuration; and its part of the time for all of them.
_ECHO_WARM_UPS = 3
_LEAST_ECHOES = 5
_ECHO_SHARE = 0.2
# However much of a sample the echo takes, this part of it stays: noise must not turn into a time of nothing.
_LEAST_SHARE = 0.1


class RandomSource:
    """Random numbers from a secret: the same secret and purpose give the same ones; without a secret nobody has them again.

    Each input gets a source of its own, because what comes out of one source tells what will come next.
    """

    def __init__(self, secret: Optional[str] = None) -> None:
        self._secret = secrets.token_hex(32) if secret is None else secret

    def __call__(self, *purpose: Any) -> random.Random:
        return random.Random(hashlib.sha256(json.dumps([self._secret, *purpose]).encode()).digest())


class Sample(NamedTuple):
    """One call of the candidate, with an input of its own; `value` is NaN where times are the score."""

    seconds: float
    work: float
    value: float


@dataclass
class Series:
    """All that was measured of one configuration; the output is that of the last sample."""

    name: str
    configuration: Any
    samples: List[Sample] = field(default_factory=list)
    output: Any = None


class Bench(NamedTuple):
    """What stays the same during an evaluation."""

    task: ScoringTask
    launcher: Launcher
    random: RandomSource


def measure(bench: Bench, configurations: Mapping[str, Any], budget_seconds: float) -> List[Series]:
    """Measures configurations by turns, in an order by lot, so that whatever the machine does hits all alike.

    Raises `CandidateFailure` at the first thing that the candidate does wrong.
    """
    task = bench.task
    series = [Series(name, configuration) for name, configuration in configurations.items()]
    warm_up_rounds = _WARM_UP_ROUNDS if task.value is None and task.fresh == "evaluation" else 0
    until = math.inf
    process: Optional[CandidateProcess] = None
    try:
        count = 0
        while count < warm_up_rounds + task.least_samples or time.monotonic() < until:
            if count == warm_up_rounds:
                until = time.monotonic() + budget_seconds
            for one in bench.random("order", count).sample(series, len(series)):
                process = process or CandidateProcess(bench.launcher, task.program, task.limits, task.needed_programs)
                sample = _take_sample(bench, process, one, count)
                if count >= warm_up_rounds:
                    one.samples.append(sample)
                if task.fresh == "sample":
                    process = process.stop()
            count += 1
        return series
    finally:
        if process is not None:
            process.stop()


def measure_channel(bench: Bench, series: Sequence[Series]) -> Dict[str, float]:
    """What the channel itself costs in each configuration, in seconds.

    An echo answers what the candidate answered, which it was told before. That is the frame's way there and back and the kit's
    reading of a large output, and no more: to take a large input over and to lay a large output down is done in the
    candidate's process, which might have found a shorter way. It is measured when the candidate is dead, so that it can't make
    the channel look dearer than it is.
    """
    costs = {}
    try:
        echo = CandidateProcess(bench.launcher, echo_of(bench.task.program), bench.task.limits)
        try:
            for one in series:
                costs[one.name] = _measure_echo(bench, echo, one, bench.task.budget * _ECHO_SHARE / len(series))
        finally:
            echo.stop()
    except CandidateFailure as failure:
        raise SandboxFailure(f"the echo failed: {failure}") from failure
    return costs


def _measure_echo(bench: Bench, echo: CandidateProcess, one: Series, budget_seconds: float) -> float:
    copies_input = "command" in bench.task.program
    if not copies_input:
        echo.set_echo(one.output)
    seconds = []
    until = time.monotonic() + budget_seconds
    while len(seconds) < _ECHO_WARM_UPS + _LEAST_ECHOES or time.monotonic() < until:
        random = bench.random("echo", one.name, len(seconds))
        given = bench.task.input(one.configuration, random) if copies_input else None
        seconds.append(echo.call(given)[1])
    return median(seconds[_ECHO_WARM_UPS:])


def to_scores(task: ScoringTask, series: Sequence[Series], channel: Mapping[str, float]) -> Dict[str, float]:
    """The score of every configuration.

    Of times the median, because half of the samples may be disturbed without moving it, and because the fastest one would be
    that of the easiest input; of values the mean. Raises `CandidateFailure` where a score is no finite number above 0.
    """
    scores = {}
    for one in series:
        cost = channel.get(one.name, 0) if task.channel == "subtracted" else 0
        times = [max(sample.seconds - cost, sample.seconds * _LEAST_SHARE) for sample in one.samples]
        if task.value is not None:
            score = fmean(sample.value for sample in one.samples)
        elif task.score == "seconds":
            score = median(times)
        else:
            score = median(sample.work / seconds for sample, seconds in zip(one.samples, times))
        if not (math.isfinite(score) and score > 0):
            raise CandidateFailure(f"{one.name}: a score is a finite number above 0, and this one is {score}")
        scores[one.name] = score
    return scores


def to_metrics(series: Sequence[Series], channel: Mapping[str, float]) -> Dict[str, Dict[str, float]]:
    """How the scores came about; the spread is a robust standard deviation, relative to the median."""
    metrics = {}
    for one in series:
        times = [sample.seconds for sample in one.samples]
        center = median(times)
        metrics[one.name] = {
            "samples": len(times),
            "seconds": center,
            "spread": 1.4826 * median(abs(seconds - center) for seconds in times) / center,
            "channelSeconds": channel[one.name],
        }
    return metrics


def _take_sample(bench: Bench, process: CandidateProcess, one: Series, count: int) -> Sample:
    task, configuration = bench.task, one.configuration
    given = task.input(configuration, bench.random("input", one.name, count))
    try:
        output, seconds = process.call(given, task.keeps_input)
        if task.keeps_input:
            change = first_difference(given, process.read_argument())
            if change is not None:
                raise CandidateFailure(f"it changed its argument: {change}")
        task.judge(configuration, given, output)
        value = task.find_value(configuration, given, output, seconds)
    except CandidateFailure as failure:
        raise CandidateFailure(f"{one.name}: {failure}") from None
    one.output = output
    return Sample(seconds, task.find_work(configuration, given), value)
