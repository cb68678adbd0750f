"""Values that may travel between a scorer and a candidate: what JSON can say, and arrays of numbers as raw bytes."""

from __future__ import annotations

import array
import math
import re
import sys
from typing import Any, List, NamedTuple, Sequence

# Arrays of numbers by the names that both languages use, with the code that the standard library has for them.
TYPE_CODES = {
    "int8": "b",
    "uint8": "B",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "uint32": "I",
    "int64": "q",
    "uint64": "Q",
    "float32": "f",
    "float64": "d",
}
ITEM_BYTES = {name: array.array(code).itemsize for name, code in TYPE_CODES.items()}
# What only numpy has.
NUMPY_ITEM_BYTES = {**ITEM_BYTES, "bool": 1, "float16": 2, "complex64": 8, "complex128": 16}
TYPE_OF_CODE = {code: name for name, code in TYPE_CODES.items()}
TYPE_OF_CODE.update({code: f"{'u' if code == 'L' else ''}int{8 * array.array(code).itemsize}" for code in "lL"})

MARKER = "$avo"
MAX_DEPTH = 100
UNUSUAL_NUMBERS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf, "-0": -0.0}
# What stands for itself in JSON, whatever its value.
SCALARS = {str, bool, type(None)}
# Beyond these, JavaScript's numbers skip some.
MAX_JSON_INTEGER = 2**53 - 1


class NotPlainData(Exception):
    """A value that can't travel, with the place where it stands: `[3].weights`."""

    def __init__(self, what: str, path: str = "") -> None:
        super().__init__(f"at {path[:300]}: {what}" if path else what)
        self.what = what
        self.path = path


class RawArray(NamedTuple):
    """An array as it travels. The container says what the receiver makes of it: array, bytes or numpy."""

    type: str
    shape: Sequence[int]
    container: str
    content: memoryview


def to_json_value(value: Any, arrays: List[RawArray], path: str = "", depth: int = 0) -> Any:
    """A value as JSON can say it. Arrays are appended to `arrays` and stand as their index. Raises `NotPlainData`."""
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is float:
        return value if math.isfinite(value) else {MARKER: ["number", _name_of(value)]}
    if kind is int:
        return value if abs(value) <= MAX_JSON_INTEGER else {MARKER: ["integer", str(value)]}
    if depth == MAX_DEPTH:
        raise NotPlainData(f"nested more than {MAX_DEPTH} deep", path)
    if kind is list or kind is tuple:
        if _stands_for_itself(value):
            return value
        return [to_json_value(member, arrays, f"{path}[{index}]", depth + 1) for index, member in enumerate(value)]
    if kind is dict:
        for key in value:
            if type(key) is not str or key in (MARKER, "__proto__"):
                raise NotPlainData(f"a name that is {'reserved' if type(key) is str else 'no text'}", path)
        return {key: to_json_value(member, arrays, f"{path}.{key[:60]}", depth + 1) for key, member in value.items()}
    raw = to_raw_array(value, path)
    if raw is None:
        return to_json_value(_to_scalar(value, path), arrays, path, depth + 1)
    arrays.append(raw)
    return {MARKER: ["array", len(arrays) - 1]}


def from_json_value(value: Any, arrays: List[Any], path: str = "", depth: int = 0) -> Any:
    """The value that a parsed JSON value stands for; lists and dicts are filled in where they lie. Raises `NotPlainData`."""
    kind = type(value)
    if kind is not list and kind is not dict:
        return value
    if depth == MAX_DEPTH:
        raise NotPlainData(f"nested more than {MAX_DEPTH} deep", path)
    if kind is list:
        if not set(map(type, value)) <= SCALARS | {int, float}:
            for index, member in enumerate(value):
                value[index] = from_json_value(member, arrays, f"{path}[{index}]", depth + 1)
        return value
    if MARKER in value:
        return _from_marker(value[MARKER], arrays, path)
    for key, member in value.items():
        value[key] = from_json_value(member, arrays, f"{path}.{key[:60]}", depth + 1)
    return value


def to_raw_array(value: Any, path: str = "") -> "RawArray | None":
    """The array as it travels, or None for anything else, subclasses of arrays included. Raises `NotPlainData`."""
    kind = type(value)
    if kind is bytes or kind is bytearray:
        return RawArray("uint8", [len(value)], "bytes", memoryview(value))
    if kind is array.array:
        name = TYPE_OF_CODE.get(value.typecode)
        if name is not None:
            return RawArray(name, [len(value)], "array", _to_bytes(memoryview(value)))
    elif _is_numpy_array(value):
        name = value.dtype.name
        if name in NUMPY_ITEM_BYTES:
            numpy = sys.modules["numpy"]
            dense = numpy.ascontiguousarray(value, value.dtype.newbyteorder("<")).reshape(-1)
            return RawArray(name, list(value.shape), "numpy", _to_bytes(memoryview(dense.view("u1"))))
    else:
        return None
    raise NotPlainData(f"{_describe(value)} of a type that can't travel", path)


def from_raw_array(raw: RawArray) -> Any:
    """The array in its container, as a view of the content where the container can be one."""
    name, shape, container, content = raw
    numpy = _find_numpy(container)
    if numpy is not None:
        if math.prod(shape) == 0:
            return numpy.empty(shape, name)
        # A byte that is neither True nor False would count as more than one.
        flat = numpy.frombuffer(content, "u1") != 0 if name == "bool" else numpy.frombuffer(content, name)
        return flat.reshape(shape)
    if container == "bytes":
        return bytes(content)
    if name not in TYPE_CODES:
        raise NotPlainData(f"an array of {name}, which only numpy has")
    if len(shape) != 1:
        raise NotPlainData("an array of more than one dimension, which only numpy has")
    made = array.array(TYPE_CODES[name])
    made.frombytes(content)
    return made


def _stands_for_itself(values: Sequence[Any]) -> bool:
    """Whether JSON can say a list as it is; looked at without a loop of Python's, because lists may be long."""
    kinds = set(map(type, values))
    if kinds == {float}:
        return all(map(math.isfinite, values))
    if kinds == {int}:
        return max(values) <= MAX_JSON_INTEGER and min(values) >= -MAX_JSON_INTEGER
    return kinds <= SCALARS


def _from_marker(marker: Any, arrays: List[Any], path: str) -> Any:
    kind, content = marker if type(marker) is list and len(marker) == 2 else (None, None)
    if kind == "array" and type(content) is int and 0 <= content < len(arrays):
        # Each array stands in one place: a small answer must not become a large one.
        found, arrays[content] = arrays[content], None
        if found is not None:
            return found
    if kind == "number" and type(content) is str and content in UNUSUAL_NUMBERS:
        return UNUSUAL_NUMBERS[content]
    if kind == "integer" and type(content) is str and re.fullmatch(r"-?[0-9]{1,1000}", content):
        return int(content)
    raise NotPlainData("a marker that stands for nothing", path)


def _to_bytes(view: memoryview) -> memoryview:
    return view.cast("B") if view.nbytes else memoryview(b"")


def _is_numpy_array(value: Any) -> bool:
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(value) is numpy.ndarray


def _to_scalar(value: Any, path: str) -> Any:
    """The number that a scalar of numpy is."""
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        scalar = value.item()
        if type(scalar) in (bool, int, float, str):
            return scalar
    raise NotPlainData(_describe(value), path)


def _name_of(number: float) -> str:
    return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"


def _describe(value: Any) -> str:
    kind = type(value)
    return f"an object of class {kind.__name__}"


def _find_numpy(container: str) -> Any:
    """numpy, where the sender has it or, for what JavaScript sends, where the receiver uses it."""
    if container == "numpy":
        try:
            import numpy  # noqa: F401
        except ImportError:
            return None
    return sys.modules.get("numpy") if container in ("numpy", "any") else None
