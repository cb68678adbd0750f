"""The candidate's own process: `python3 run_candidate.py DATA_DIRECTORY PROGRAM`.

It loads the program and answers on descriptor 4 what comes in on descriptor 3. The candidate has this process to itself and
may forge all that is said here: the kit believes nothing of it but plain data, and checks that.
"""

import array
import ctypes
import importlib.util
import json
import mmap
import os
import subprocess
import sys
import traceback

KIT = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [KIT] + [path for path in sys.path if path != KIT]

from avo_scoring.frames import INPUT_FILE, OUTPUT_FILE, PREFIX, pack_frame, parse_prefix, unpack_frame
from avo_scoring.plain_data import TYPE_CODES, NotPlainData

FROM_KIT, TO_KIT = 3, 4
# A pipe holds this much: a small input comes with one call to the system.
FIRST_READ_BYTES = 64 * 1024
MAX_REMARKS_CHARACTERS = 2_000
MAX_TRACE_FRAMES = 12
# Makes the pages of a mapping present and writable without copying any; Linux 5.14 and later.
MADV_POPULATE_WRITE = 23


class ProgramFailure(Exception):
    """What the candidate's program did wrong, in a sentence, and what else there is to read about it."""

    def __init__(self, message, trace=""):
        super().__init__(message)
        self.trace = trace


class Channel:
    """The candidate's side of the channel."""

    def __init__(self, data_directory):
        self._input_path = os.path.join(data_directory, INPUT_FILE)
        self._output = os.open(os.path.join(data_directory, OUTPUT_FILE), os.O_RDWR)
        self._mapping = None

    def receive(self):
        received = self._read(FIRST_READ_BYTES)
        while len(received) < PREFIX.size:
            received += self._read(FIRST_READ_BYTES)
        sizes = parse_prefix(received[: PREFIX.size], float("inf"))
        content = bytearray(PREFIX.size + sizes.header + sizes.body)
        view = memoryview(content)
        view[: len(received)] = received
        done = len(received)
        while done < len(content):
            done += os.readv(FROM_KIT, [view[done:]]) or sys.exit()
        header_end = PREFIX.size + sizes.header
        return unpack_frame(content[PREFIX.size : header_end], view[header_end:], self._map_input(sizes.file))

    def send(self, fields, value):
        frame = pack_frame(fields, value)
        if frame.file_bytes:
            self._write_output(frame)
        self._send(frame)

    def send_again(self, fields, value):
        """The same with a value that was the last one sent: what is large of it lies where the kit reads it."""
        self._send(pack_frame(fields, value))

    def _send(self, frame):
        view = memoryview(frame.content)
        while view:
            view = view[os.write(TO_KIT, view) :]

    def _read(self, count):
        return os.read(FROM_KIT, count) or sys.exit()

    def _map_input(self, length):
        """The function may change its argument, and at no cost: the file is new for each input, and nobody else reads it."""
        if length == 0:
            return memoryview(b"")
        file = os.open(self._input_path, os.O_RDWR)
        mapping = mmap.mmap(file, length)
        os.close(file)
        try:
            mapping.madvise(MADV_POPULATE_WRITE)
        except (OSError, ValueError, AttributeError):
            pass
        return memoryview(mapping)

    def _write_output(self, frame):
        if self._mapping is None or len(self._mapping) < frame.file_bytes:
            os.ftruncate(self._output, frame.file_bytes)
            self._mapping = mmap.mmap(self._output, frame.file_bytes)
        for at, piece in frame.file_pieces:
            self._mapping[at : at + piece.nbytes] = piece


def main(data_directory, program):
    channel = Channel(data_directory)
    name = program.get("function", "the command")
    try:
        call = load_program(program)
    except Exception as error:
        channel.send({"id": "ready", "failed": describe_thrown(error, name)}, None)
        sys.exit(1)
    channel.send({"id": "ready"}, None)

    argument = echo = None
    while True:
        fields, value = channel.receive()
        operation = fields["operation"]
        try:
            output = None
            if call is None and operation != "echo":
                channel.send_again({"id": fields["id"]}, echo)
                continue
            if operation == "argument":
                output = argument
            elif operation == "echo":
                output = echo = value
            else:
                argument = value if fields["keep"] else None
                output = call(value)
            channel.send({"id": fields["id"]}, output)
            # To give memory back takes its time, which nobody measures now.
            value = output = None
        except Exception as error:
            channel.send({"id": fields["id"], "failed": describe_thrown(error, name)}, None)


def load_program(program):
    """What is called for an input; None for an echo. Raises `ProgramFailure`."""
    if "echo" in program:
        return None
    if "command" in program:
        return lambda value: call_command(program["command"], value)
    if "library" in program:
        return load_library(program["library"], program["function"])
    function = load_function(program["module"], program["function"])
    return (lambda arguments: function(*arguments)) if program.get("spread") else function


def load_function(module, name):
    # As if the candidate's directory was where Python started: its modules find each other, and not the kit's.
    sys.path[0] = os.getcwd()
    spec = importlib.util.spec_from_file_location(os.path.splitext(os.path.basename(module))[0], module)
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    try:
        spec.loader.exec_module(loaded)
    except Exception as error:
        raise ProgramFailure(f"{module} can't be loaded: {summarize(error)}", cut_trace(error))
    function = getattr(loaded, name, None)
    if not callable(function):
        names = ", ".join(key for key in vars(loaded) if not key.startswith("_")) or "nothing"
        raise ProgramFailure(f"{module} has no function {name}; it has: {names}")
    return function


def load_library(library, name):
    """A function of a shared library, which is called with the list of its arguments and gives what it wrote."""
    try:
        function = getattr(ctypes.CDLL(os.path.join(os.getcwd(), library)), name)
    except (OSError, AttributeError) as error:
        remarks = str(error).replace(f"{os.getcwd()}/", "")
        raise ProgramFailure(f"{library} has no function {name} that can be called: {remarks}")
    function.restype = None

    def call(arguments):
        outputs = []
        function(*[to_c_argument(argument, outputs) for argument in arguments])
        return outputs[0] if len(outputs) == 1 else outputs

    return call


def to_c_argument(argument, outputs):
    """A whole number is an int64_t, an array a pointer to its numbers; for an output the pointer leads to as many zeros."""
    if type(argument) in (int, bool):
        return ctypes.c_int64(argument)
    if type(argument) is dict and set(argument) == {"output", "length"}:
        code = TYPE_CODES[argument["output"]]
        argument = array.array(code, bytes(array.array(code).itemsize * argument["length"]))
        outputs.append(argument)
    try:
        view = memoryview(bytearray(argument) if type(argument) is bytes else argument)
    except TypeError:
        raise ProgramFailure("a library takes whole numbers, arrays and outputs as its arguments")
    return (ctypes.c_char * view.nbytes).from_buffer(view.cast("B")) if view.nbytes else None


def call_command(command, value):
    """A text goes in and comes out as text, bytes as bytes."""
    if type(value) is str:
        return run_program(command, value.encode()).decode()
    if type(value) is bytes:
        return run_program(command, value)
    raise ProgramFailure("a command takes a text or bytes as its input")


def run_program(command, value):
    try:
        result = subprocess.run(command, input=value, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    except OSError as error:
        raise ProgramFailure(f"{command[0]} can't be run: {error}")
    if result.returncode == 0:
        return result.stdout
    end = f"exit code {result.returncode}" if result.returncode > 0 else f"signal {-result.returncode}"
    remarks = result.stderr.decode(errors="replace").replace(f"{os.getcwd()}/", "")
    raise ProgramFailure(f"{' '.join(command)[:200]} ended with {end}", remarks[-MAX_REMARKS_CHARACTERS:].strip())


def describe_thrown(error, name):
    """What went wrong, as the kit is told: a sentence, and the candidate's own part of the traceback."""
    if isinstance(error, ProgramFailure):
        return {"message": str(error), "trace": error.trace}
    if isinstance(error, NotPlainData):
        return {"message": f"what {name} returned is not plain data: {error}", "trace": ""}
    return {"message": f"{name} threw {summarize(error)}", "trace": cut_trace(error)}


def summarize(error):
    return "".join(traceback.format_exception_only(type(error), error)).strip().split("\n")[-1]


def cut_trace(error):
    """The frames that are the candidate's, with paths as it knows them."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith((KIT, "<frozen"))][-MAX_TRACE_FRAMES:]
    lines = traceback.format_list(own) + traceback.format_exception_only(type(error), error)
    return "".join(lines).replace(f"{os.getcwd()}/", "").strip()


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
