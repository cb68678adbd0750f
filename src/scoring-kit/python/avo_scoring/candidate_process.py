"""A candidate in its own process, and the clock."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from typing import Any, Mapping, NamedTuple, Optional, Sequence, Tuple

from .channel import LargeFiles, Pipes
from .failures import CandidateFailure
from .frames import FrameMistake, pack_frame, unpack_frame
from .launchers import CandidateEnd, Launcher
from .plain_data import NotPlainData
from .program import to_argv

# How long a process that no longer writes may take to be reported as ended.
_END_PATIENCE_SECONDS = 1
_MAX_SUMMARY_CHARACTERS = 500
_MAX_DETAIL_CHARACTERS = 3_000


class CandidateLimits(NamedTuple):
    """What a candidate may take."""

    timeout_seconds: float
    start_timeout_seconds: float
    max_output_bytes: int
    memory_bytes: Optional[int]


class CandidateProcess:
    """Starts a program in a session of its own and waits until it has loaded.

    Whatever the candidate does wrong is a `CandidateFailure`, now and later. Raises `SandboxFailure` where it can't be started.
    """

    def __init__(
        self,
        launcher: Launcher,
        program: Mapping[str, Any],
        limits: CandidateLimits,
        needs: Sequence[Sequence[str]] = (),
    ) -> None:
        self._limits = limits
        # A name that says nothing: the candidate sees it.
        session = f"c{secrets.token_hex(6)}"
        self._directory = directory = os.path.join(launcher.directory, session)
        os.mkdir(directory, 0o700)
        self._pipes = Pipes(directory)
        self._files = LargeFiles(directory, os.path.join(launcher.directory, "staging"))
        argv = to_argv(program, os.path.join(directory, "data"))
        try:
            build = None
            if "build" in program:
                build = {"argv": list(program["build"]), "timeoutSeconds": limits.start_timeout_seconds}
            self._launched = launcher.start(session, argv, limits.memory_bytes, build, needs)
        except BaseException:
            self._close()
            shutil.rmtree(self._directory, ignore_errors=True)
            raise
        try:
            self._receive("ready", b"", limits.start_timeout_seconds, "it was not ready within")
        except BaseException:
            self.stop()
            raise
        self._pipes.leave_to_candidate()

    def call(self, given: Any, keeps_argument: bool = False) -> Tuple[Any, float]:
        """The output, and the seconds from the first byte sent to the last received; `keeps_argument`: it will be asked for."""
        return self._exchange("call", given, keeps_argument)

    def read_argument(self) -> Any:
        """The argument of the last call as it is now."""
        return self._exchange("argument", None)[0]

    def set_echo(self, output: Any) -> None:
        """What an echo answers from now on."""
        self._exchange("echo", output)

    def stop(self) -> None:
        self._close()
        self._launched.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _close(self) -> None:
        self._pipes.close()
        self._files.close()

    def _exchange(self, operation: str, value: Any, keep: bool = False) -> Tuple[Any, float]:
        if not self._pipes.is_quiet():
            raise CandidateFailure("it wrote to the channel without having been asked")
        request = secrets.token_hex(16)
        frame = pack_frame({"id": request, "operation": operation, "keep": keep}, value)
        staged = self._files.stage(frame)
        self._files.prepare_landing()
        started_at = time.perf_counter()
        if staged is not None:
            try:
                self._files.deliver(staged)
            except OSError:
                raise CandidateFailure("it has put something where its input belongs") from None
        output, ended_at = self._receive(request, frame.content, self._limits.timeout_seconds, "no answer within")
        if staged is not None:
            self._files.withdraw()
        return output, ended_at - started_at

    def _receive(self, request: str, content: bytes, seconds: float, late: str) -> Tuple[Any, float]:
        """The value of an answer, and when the last byte of it was out of the candidate's reach."""
        deadline = time.monotonic() + seconds
        try:
            received = self._pipes.exchange(content, self._limits.max_output_bytes, deadline, self._has_ended)
            file = self._files.read_output(received.sizes.file)
            ended_at = time.perf_counter() if received.sizes.file else received.at
            fields, value = unpack_frame(received.header, received.body, file)
            if fields.get("id") != request:
                raise FrameMistake("an answer to something that was not asked")
        except TimeoutError:
            raise CandidateFailure(f"{late} {seconds:g} s") from None
        except NotPlainData as error:
            raise CandidateFailure(f"its output is not plain data: {error}") from None
        except FrameMistake as error:
            raise self._explain(error) from None
        if "failed" in fields:
            raise _describe_failure(fields["failed"])
        return value, ended_at

    def _has_ended(self) -> bool:
        return self._launched.poll() is not None

    def _explain(self, mistake: FrameMistake) -> CandidateFailure:
        """A channel that closes is as a rule that of a process that just ended, which is the better explanation."""
        deadline = time.monotonic() + _END_PATIENCE_SECONDS
        while time.monotonic() < deadline:
            end = self._launched.poll()
            if end is not None:
                return _describe_end(end)
            time.sleep(0.01)
        return CandidateFailure(f"something else than an answer came over its channel: {mistake}")


def _describe_failure(failed: Any) -> CandidateFailure:
    """What is said in the candidate's process, where anything can be: marked as its words, cut, without terminal controls."""
    said = failed if isinstance(failed, dict) else {}
    summary = _quote(said.get("message"), _MAX_SUMMARY_CHARACTERS).replace("\n", " ")
    return CandidateFailure(f"it says: {summary or 'nothing'}\n{_quote(said.get('trace'), _MAX_DETAIL_CHARACTERS)}".strip())


def _describe_end(end: CandidateEnd) -> CandidateFailure:
    """What the end of its process says about a candidate that owed an answer."""
    if end.limit is not None:
        how = f"ran into its limit on {end.limit}"
    elif end.signal is not None:
        how = f"was ended by {end.signal}"
    else:
        how = f"ended with exit code {'unknown' if end.exit_code is None else end.exit_code}"
    printed = _quote(end.stderr, _MAX_DETAIL_CHARACTERS)
    return CandidateFailure(f"its process {how} before it answered" + (printed and f"\nit printed:\n{printed}"))


def _quote(text: Any, max_characters: int) -> str:
    if not isinstance(text, str):
        return ""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text[:max_characters]).strip()
