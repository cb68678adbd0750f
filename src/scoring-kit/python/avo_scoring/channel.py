"""The kit's side of the channel to a candidate: two named pipes, and files for large arrays."""

from __future__ import annotations

import os
import secrets
import select
import time
from typing import Callable, NamedTuple, Optional

from .frames import INPUT_FILE, OUTPUT_FILE, PREFIX, FrameMistake, PackedFrame, Sizes, parse_prefix

# How often a candidate that owes an answer is looked at, should its pipes outlive it.
_LOOK_SECONDS = 0.1
# More than a pipe holds.
_READ_BYTES = 1 << 20


class Received(NamedTuple):
    """The part of a frame that came through the pipe, and when its last byte was here, by `time.perf_counter()`."""

    sizes: Sizes
    header: bytes
    body: memoryview
    at: float


class Pipes:
    """Makes `in` and `out` in a session's directory and opens them."""

    def __init__(self, directory: str) -> None:
        to_candidate, from_candidate = (os.path.join(directory, name) for name in ("in", "out"))
        for path in (to_candidate, from_candidate):
            os.mkfifo(path, 0o600)
        # All ends are opened before the candidate runs: later, something else could lie there. A reader must come first.
        self._read_end = os.open(from_candidate, os.O_RDONLY | os.O_NONBLOCK)
        self._other_ends = [os.open(from_candidate, os.O_WRONLY), os.open(to_candidate, os.O_RDONLY | os.O_NONBLOCK)]
        self._write_end = os.open(to_candidate, os.O_WRONLY | os.O_NONBLOCK)

    def leave_to_candidate(self) -> None:
        """To be called when the candidate has opened its ends: from then on the pipes close when the candidate does."""
        while self._other_ends:
            os.close(self._other_ends.pop())

    def is_quiet(self) -> bool:
        """False where bytes came that nobody asked for."""
        return not (self._is_readable() and os.read(self._read_end, 1))

    def exchange(self, content: bytes, max_bytes: int, deadline: float, has_ended: Callable[[], bool]) -> Received:
        """Sends a frame and receives one.

        Raises `FrameMistake` where something else comes, more than one comes or the pipe is closed, and `TimeoutError` at the
        deadline (by `time.monotonic()`).
        """
        unsent = memoryview(content)
        received = bytearray()
        sizes: Optional[Sizes] = None
        total = PREFIX.size
        while len(received) < total:
            if time.monotonic() >= deadline:
                raise TimeoutError
            wait = min(_LOOK_SECONDS, max(0, deadline - time.monotonic()))
            readable, writable, _ = select.select([self._read_end], [self._write_end] if unsent else [], [], wait)
            if writable:
                unsent = unsent[self._write(unsent) :]
            if readable:
                received += self._read(_READ_BYTES)
                if sizes is None and len(received) >= PREFIX.size:
                    sizes = parse_prefix(received[: PREFIX.size], max_bytes)
                    total += sizes.header + sizes.body
            elif not writable and has_ended() and not self._is_readable():
                raise FrameMistake("the channel was closed")
        at = time.perf_counter()
        if sizes is None or len(received) > total:
            raise FrameMistake("more than one answer")
        header_end = PREFIX.size + sizes.header
        return Received(sizes, bytes(received[PREFIX.size : header_end]), memoryview(received)[header_end:], at)

    def close(self) -> None:
        self.leave_to_candidate()
        os.close(self._read_end)
        os.close(self._write_end)

    def _is_readable(self) -> bool:
        return bool(select.select([self._read_end], [], [], 0)[0])

    def _write(self, content: memoryview) -> int:
        try:
            return os.write(self._write_end, content)
        except BrokenPipeError:
            raise FrameMistake("the channel was closed") from None

    def _read(self, count: int) -> bytes:
        chunk = os.read(self._read_end, count)
        if not chunk:
            raise FrameMistake("the channel was closed")
        return chunk


class LargeFiles:
    """Makes `data` in a session's directory: a new file for each input, and one for all outputs.

    `staging` must be on the same file system, where the candidate can't see it.
    """

    def __init__(self, directory: str, staging: str) -> None:
        data = os.path.join(directory, "data")
        self._staging = staging
        os.mkdir(data)
        os.makedirs(staging, mode=0o700, exist_ok=True)
        # Held open from the beginning: whatever the candidate puts in their place is neither read nor written.
        self._folder = os.open(data, os.O_RDONLY | os.O_DIRECTORY)
        self._output = os.open(os.path.join(data, OUTPUT_FILE), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._landing = bytearray()
        self._last_bytes = 0

    def stage(self, frame: PackedFrame) -> Optional[str]:
        """Writes a frame's large arrays to where the candidate can't see them; None where it has none."""
        if frame.file_bytes == 0:
            return None
        path = os.path.join(self._staging, secrets.token_hex(16))
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        for at, piece in frame.file_pieces:
            while piece:
                written = os.pwrite(file, piece, at)
                at, piece = at + written, piece[written:]
        os.ftruncate(file, frame.file_bytes)
        os.close(file)
        return path

    def deliver(self, staged: str) -> None:
        """Moves them to where the candidate finds them: one rename, however large they are."""
        os.rename(staged, INPUT_FILE, dst_dir_fd=self._folder)

    def withdraw(self) -> None:
        """Removes them again, if the candidate has not."""
        try:
            os.unlink(INPUT_FILE, dir_fd=self._folder)
        except OSError:
            pass

    def prepare_landing(self) -> None:
        """Memory for an output as long as the last one, touched already, so that the clock doesn't see it being provided."""
        self._landing = bytearray(b"\1") * self._last_bytes

    def read_output(self, count: int) -> memoryview:
        """Copies an output to where the candidate can't change it. Raises `FrameMistake` where there is less."""
        target = memoryview(self._landing if len(self._landing) == count else bytearray(count))
        self._landing = bytearray()
        self._last_bytes = count
        done = 0
        while done < count:
            read = os.preadv(self._output, [target[done:]], done)
            if read == 0:
                raise FrameMistake("an answer whose arrays are not all in the file")
            done += read
        return target

    def close(self) -> None:
        os.close(self._output)
        os.close(self._folder)
