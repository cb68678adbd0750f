"""What a task's author writes down."""

from __future__ import annotations

import inspect
import math
import random
import re
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from .candidate_process import CandidateLimits
from .difference import first_difference
from .failures import CandidateFailure
from .program import is_module_file

_NAME = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,200}")


@dataclass(frozen=True)
class ScoringTask:
    """What is called in the candidate, on which inputs, and what is right."""

    configurations: Mapping[str, Any]
    """Every part of the score by its name, with what `input` and the others need to know about it."""
    input: Callable[[Any, random.Random], Any]
    """`input(configuration, random)` makes an input, anew for every call of the candidate: plain data. It should take from the
    random numbers what makes it different: a candidate may remember what it was given. Where inputs can't differ, say
    `fresh="sample"`."""
    holdout: Mapping[str, Any] = field(default_factory=dict)
    """Configurations that the agent never hears of. They are not part of the score, but who fails one is incorrect."""

    module: Optional[str] = None
    """A .py, .js, .mjs, .cjs, .ts, .mts or .cts file, relative to the candidate's directory."""
    function: Optional[str] = None
    """The name of the function in the module."""
    spread: bool = False
    """Whether an input is the list of the function's arguments, instead of its only one."""
    interpreter: Optional[str] = None
    """The program that runs the module; by default this very Python, or node."""
    command: Optional[Sequence[str]] = None
    """Instead of a module: a program that is run for each input (str or bytes), from standard input to standard output."""
    build: Optional[Sequence[str]] = None
    """A compiler, say, that makes of the candidate's directory what is loaded; nothing of it is timed. It is run once for the
    same files, and the candidate gets a copy of the directory as it left it, at another place."""
    library: Optional[str] = None
    """Instead of a module: a shared library that is there or is built, of which `function` is called. An input is the list of its
    arguments: an int is an int64_t, an array a pointer, and `{"output": "float32", "length": 10}` a pointer to as many zeros for
    the function to fill in, which are the output; with several of them the list of all."""
    needs: Sequence[Union[str, Sequence[str]]] = ()
    """Programs that a candidate can't be built or run without, a list where one of several will do: a machine that lacks one
    is told how to install it, and no candidate is blamed."""

    reference: Optional[Callable[[Any, Any], Any]] = None
    """`reference(configuration, input)` gives the right output."""
    tolerance: Mapping[str, float] = field(default_factory=dict)
    """How near an output has to come to the reference: `absolute` and `relative`, as in `first_difference`."""
    check: Optional[Callable[[Any, Any, Any], Union[bool, str]]] = None
    """`check(configuration, input, output)`, instead of a reference, where there are many right outputs: True, or what is wrong
    with this one, which can be any plain data. What it raises counts as a wrong output."""
    keeps_input: bool = False
    """Whether the candidate must leave its arguments as they are. It is asked for them after each timed answer."""

    score: str = "per-second"
    """What a configuration's score is: `work` done per second (higher is better), or the `seconds` of a call."""
    work: Callable[[Any, Any], float] = lambda configuration, input: 1
    """`work(configuration, input)`: how much work an input is; by default calls per second are the score."""
    value: Optional[Callable[..., float]] = None
    """For a score that is not the time alone: `value(configuration, input, output)`, or with the `seconds` of the call after
    them, above 0. The mean over the samples is the score."""
    plausible: Callable[[Any], Tuple[float, float]] = lambda configuration: (0, math.inf)
    """`plausible(configuration)`: the least and the highest score to be believed at once. A better or worse one is held:
    measured again, and flagged."""

    fresh: str = "evaluation"
    """A fresh process for each `evaluation`, or for each `sample`, without warm-up: then nothing can be kept."""
    channel: str = "included"
    """Whether the channel's time is `included` in the score, or `subtracted` as far as no candidate can shorten it."""

    samples: Optional[int] = None
    """Least samples of a configuration: 5 by default, 1 where `value` is the score."""
    budget_seconds: Optional[float] = None
    """How long to go on taking samples of all configurations: 0.5 by default, 0 where `value` is the score."""
    timeout_seconds: float = 10
    """How long one sample may take."""
    start_timeout_seconds: float = 30
    """How long building and loading may take."""
    max_output_bytes: int = 256 * 1024 * 1024
    """How large an answer may be."""
    memory_bytes: Optional[int] = None
    """The candidate's memory, where the sandbox has a limit on it."""

    def __post_init__(self) -> None:
        """Raises `TypeError` where this makes no sense."""
        kinds = [kind for kind in (self.module, self.command, self.library) if kind is not None]
        _demand(len(kinds) == 1, "there is one of module, library and command")
        _demand(self.library is None or bool(self.function), "function is a name in the library")
        if self.module is not None:
            is_inside = not self.module.startswith("/") and ".." not in self.module.split("/")
            _demand(is_inside and is_module_file(self.module), "module is a Python or JavaScript file of the candidate's")
            _demand(bool(self.function), "function is a name in the module")
        _demand(callable(self.input), "input is a function of a configuration and random numbers")
        judges = [judge for judge in (self.check, self.reference) if judge is not None]
        is_judged = len(judges) == 1 or (not judges and self.value is not None)
        _demand(is_judged, "there is one of check and reference; only a value can do without")

        _demand(bool(self.configurations), "there is at least one configuration")
        for name in (*self.configurations, *self.holdout):
            is_name = isinstance(name, str) and _NAME.fullmatch(name) and name != "__proto__"
            _demand(is_name, f"a configuration's name is one line of at most 200 characters, not {name!r}")
        _demand(not set(self.configurations) & set(self.holdout), "no configuration is in the holdout as well")

        _demand(self.score in ("per-second", "seconds"), "score is per-second or seconds")
        _demand(self.fresh in ("evaluation", "sample"), "fresh is evaluation or sample")
        _demand(self.channel in ("included", "subtracted"), "channel is included or subtracted")
        is_timed_function = self.command is None and self.value is None
        _demand(self.channel == "included" or is_timed_function, "the channel is subtracted from times of a function only")

    @property
    def program(self) -> Dict[str, Any]:
        """What runs in the candidate's process."""
        names = ("module", "library", "function", "interpreter", "command", "build")
        parts = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return {**parts, "spread": True} if self.spread else parts

    @property
    def needed_programs(self) -> List[List[str]]:
        """Each by its names, of which one will do."""
        return [[names] if isinstance(names, str) else list(names) for names in self.needs]

    @property
    def limits(self) -> CandidateLimits:
        """What a candidate may take."""
        return CandidateLimits(
            self.timeout_seconds, self.start_timeout_seconds, self.max_output_bytes, self.memory_bytes
        )

    @property
    def least_samples(self) -> int:
        """Samples that each configuration gets however long they take."""
        return self.samples or (5 if self.value is None else 1)

    @property
    def budget(self) -> float:
        """Seconds in which samples are taken."""
        return (0.5 if self.value is None else 0) if self.budget_seconds is None else self.budget_seconds

    def judge(self, configuration: Any, given: Any, output: Any) -> None:
        """Raises `CandidateFailure` where an output is wrong."""
        if self.reference is not None:
            verdict = first_difference(self.reference(configuration, given), output, **self.tolerance) or True
        elif self.check is not None:
            verdict = _attempt("the check", self.check, configuration, given, output)
        else:
            verdict = True
        # numpy has truth values of its own.
        is_verdict = isinstance(verdict, str) or type(verdict).__name__ in ("bool", "bool_")
        _demand(is_verdict, "check returns True, False or a text")
        if isinstance(verdict, str) or not verdict:
            raise CandidateFailure(f"wrong output: {verdict or 'it is not what it should be'}")

    def find_work(self, configuration: Any, given: Any) -> float:
        """How much work an input is."""
        work = self.work(configuration, given)
        _demand(0 < work < math.inf, f"work is a number above 0, not {work}")
        return work

    def find_value(self, configuration: Any, given: Any, output: Any, seconds: float) -> float:
        """What an output is worth; NaN where times are the score. Raises `CandidateFailure` where it has no value."""
        if self.value is None:
            return math.nan
        args = (configuration, given, output, seconds)[: _count_arguments(self.value)]
        return _attempt("the value", lambda *args: float(self.value(*args)), *args)


def _attempt(what: str, judge: Callable[..., Any], *args: Any) -> Any:
    """An output can be of any kind: what fails on it was not made for it."""
    try:
        return judge(*args)
    except Exception as error:
        raise CandidateFailure(f"wrong output: {what} fails on it: {type(error).__name__}: {error}") from None


def _count_arguments(value: Callable[..., float]) -> int:
    """How many of four arguments a value takes: all, or those before the time."""
    try:
        inspect.signature(value).bind(*range(4))
    except TypeError:
        return 3
    return 4


def _demand(holds: Any, rule: str) -> None:
    if not holds:
        raise TypeError(f"score_candidate: {rule}")
