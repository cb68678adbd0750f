"""Starts candidates, each in a process and with a copy of its files of its own."""

from __future__ import annotations

import atexit
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Protocol, Sequence, Set

from .failures import CandidateFailure, SandboxFailure
from .plain_build import build_plainly, describe_missing

KIT_DIRECTORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# How long a sandbox may take to start, and to kill what is in it.
_PATIENCE_SECONDS = 60
_MAX_STDERR_BYTES = 4096
# AVO_EXEC_ID marks the processes that an evaluation has to end.
_WITHHELD = re.compile(r"^AVO_(?!EXEC_ID$)|KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH", re.IGNORECASE)


class CandidateEnd(NamedTuple):
    """How the processes of a candidate ended; `limit` is the one that they ran into, `stderr` the end of what they printed."""

    exit_code: Optional[int]
    signal: Optional[str]
    limit: Optional[str]
    stderr: str


# `argv` and `timeoutSeconds` of a command that makes of the candidate's files what is run.
Build = Mapping[str, Any]
# Programs that must be there, each by its names, of which one will do.
Needs = Sequence[Sequence[str]]


class Launched(Protocol):
    """A candidate that runs."""

    def poll(self) -> Optional[CandidateEnd]:
        """How it ended, or None while it runs."""

    def stop(self) -> None:
        """Kills all of its processes; returns when they are known to be dead."""


class Launcher(Protocol):
    """Where candidates are started."""

    # Sessions' directories are made in it. A candidate sees its own session's only.
    directory: str

    def start(
        self, session: str, argv: Sequence[str], memory_bytes: Optional[int], build: Optional[Build] = None, needs: Needs = ()
    ) -> Launched:
        """Paths in argv may begin with `$CANDIDATE/` and `$KIT/`. `build` is run before in a copy of the candidate's files, at most
        once for each launcher: the candidate gets what it left. Raises `SandboxFailure`, and `CandidateFailure` where it
        can't be built."""

    def close(self) -> None:
        """Ends all that was started and removes what was made."""


class BrokerLauncher:
    """Has the harness start candidates in sandboxes beside the scorer's, by lines of JSON over two named pipes."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        # Opened for both directions, a named pipe can be opened before the other side has.
        self._requests = os.open(os.path.join(directory, "requests"), os.O_RDWR)
        self._replies = os.open(os.path.join(directory, "replies"), os.O_RDWR | os.O_NONBLOCK)
        self._unread = b""
        self._started: Set[str] = set()
        self.ends: Dict[str, CandidateEnd] = {}

    def start(
        self, session: str, argv: Sequence[str], memory_bytes: Optional[int], build: Optional[Build] = None, needs: Needs = ()
    ) -> "BrokeredCandidate":
        request: Dict[str, Any] = {"start": session, "argv": list(argv), "env": {}}
        if memory_bytes:
            request["memoryBytes"] = memory_bytes
        if build is not None:
            request["build"] = build
        if needs:
            request["needs"] = needs
        self.send(request)
        deadline = time.monotonic() + _PATIENCE_SECONDS + (build["timeoutSeconds"] if build else 0)
        while session not in self._started and session not in self.ends:
            if time.monotonic() > deadline:
                raise SandboxFailure(f"session {session} was asked for and not started")
            self.read_replies(wait_seconds=1)
        return BrokeredCandidate(self, session)

    def send(self, request: Dict[str, Any]) -> None:
        os.write(self._requests, json.dumps(request).encode() + b"\n")

    def read_replies(self, wait_seconds: float = 0) -> None:
        select.select([self._replies], [], [], wait_seconds)
        try:
            self._unread += os.read(self._replies, 65536)
        except BlockingIOError:
            return
        *lines, self._unread = self._unread.split(b"\n")
        for reply in map(json.loads, lines):
            if "started" in reply:
                self._started.add(reply["started"])
            elif "unbuilt" in reply:
                raise CandidateFailure(f"it can't be built: {reply['summary']}\n{reply['words']}".strip())
            elif "failed" in reply:
                # Also what seemed to have started may turn out not to have.
                raise SandboxFailure(reply.get("message", "it does not say why"))
            elif "ended" in reply:
                end = CandidateEnd(reply.get("exitCode"), reply.get("signal"), reply.get("limit"), reply.get("stderr") or "")
                self.ends[reply["ended"]] = end

    def close(self) -> None:
        os.close(self._requests)
        os.close(self._replies)


class BrokeredCandidate:
    """A candidate that the harness started."""

    def __init__(self, broker: BrokerLauncher, session: str) -> None:
        self._broker = broker
        self._session = session

    def poll(self) -> Optional[CandidateEnd]:
        self._broker.read_replies()
        return self._broker.ends.get(self._session)

    def stop(self) -> None:
        if self.poll() is not None:
            return
        self._broker.send({"stop": self._session})
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.poll() is None:
            if time.monotonic() > deadline:
                raise SandboxFailure(f"session {self._session} was told to stop and did not")
            self._broker.read_replies(wait_seconds=1)


class PlainLauncher:
    """Starts candidates as plain child processes, for a scorer that is run by hand or by another harness.

    Each gets a copy of its files, an environment without secrets and a process group, and nothing else keeps it from the
    person's files.
    """

    def __init__(self, candidate_directory: str) -> None:
        sys.stderr.write("avo_scoring: no sandbox here: the candidate runs as a plain process of yours\n")
        self._candidate_directory = candidate_directory
        self._started: List[PlainCandidate] = []
        self._built: Optional[str] = None
        self.directory = tempfile.mkdtemp(prefix="avo-scoring-")
        atexit.register(self.close)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))

    def start(
        self, session: str, argv: Sequence[str], memory_bytes: Optional[int], build: Optional[Build] = None, needs: Needs = ()
    ) -> "PlainCandidate":
        missing = describe_missing([*needs, *([build["argv"][:1]] if build else [])])
        if missing:
            raise SandboxFailure(missing)
        if build is not None and self._built is None:
            built = os.path.join(self.directory, "built-files")
            shutil.copytree(self._candidate_directory, built, symlinks=True)
            build_plainly(build["argv"], build["timeoutSeconds"], built, _find_environment())
            self._built = built
        copy = os.path.join(self.directory, f"{session}-files")
        shutil.copytree(self._built if build and self._built else self._candidate_directory, copy, symlinks=True)
        paths = {"$KIT/": f"{KIT_DIRECTORY}/", "$CANDIDATE/": f"{copy}/"}
        pipes = [os.path.join(self.directory, session, name) for name in ("in", "out")]
        command = ["sh", "-c", 'from=$1 to=$2; shift 2; exec "$@" <"$from" >"$to"', "sh", *pipes]
        for part in argv:
            prefix = next((name for name in paths if part.startswith(name)), "")
            command.append(paths.get(prefix, "") + part[len(prefix) :])
        candidate = PlainCandidate(command, copy)
        self._started.append(candidate)
        return candidate

    def close(self) -> None:
        for candidate in self._started:
            candidate.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class PlainCandidate:
    """A candidate that is a plain child process."""

    def __init__(self, command: Sequence[str], directory: str) -> None:
        try:
            self._process = subprocess.Popen(
                command,
                cwd=directory,
                env=_find_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxFailure(str(error)) from error
        self._stderr = b""
        self._reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._reader.start()

    def poll(self) -> Optional[CandidateEnd]:
        code = self._process.poll()
        if code is None:
            return None
        self._kill_group()
        self._reader.join(0.2)
        stderr = self._stderr.decode(errors="replace")
        return CandidateEnd(code if code >= 0 else None, signal.Signals(-code).name if code < 0 else None, None, stderr)

    def stop(self) -> None:
        self._kill_group()
        self._process.wait()

    def _kill_group(self) -> None:
        """What the process left behind in its group dies with it, also when it ended by itself."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def _read_stderr(self) -> None:
        while True:
            chunk = os.read(self._process.stderr.fileno(), 65536)
            if not chunk:
                return
            self._stderr = (self._stderr + chunk)[-_MAX_STDERR_BYTES:]


def _find_environment() -> Dict[str, str]:
    return {name: value for name, value in os.environ.items() if not _WITHHELD.search(name)}
