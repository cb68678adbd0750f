"""What the kit and a candidate send each other; frame.ts says the same in JavaScript.

A frame is a prefix of 16 bytes ("AVO1", the lengths of header, body and file part), the header as JSON, and the body: raw
bytes of arrays. Arrays of 64 KiB and more lie in a file instead, of which the prefix says how much belongs to the frame. Where
each array lies follows from the types and shapes in the header, and the sums must be the prefix's: a frame has nothing in it
that could point anywhere.
"""

from __future__ import annotations

import json
import math
import struct
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

from .plain_data import NUMPY_ITEM_BYTES, NotPlainData, RawArray, from_json_value, from_raw_array, to_json_value

PREFIX = struct.Struct("<4sIII")
MAGIC = b"AVO1"
# In the directory `data` of a session: where a candidate finds large arrays, and where it puts them.
INPUT_FILE = "input"
OUTPUT_FILE = "output"

# What a pipe holds: more than that is cheaper to read from a file.
_LARGE_ARRAY_BYTES = 64 * 1024
# Numbers by the million are for arrays: parsed, JSON of that length takes a gigabyte.
_MAX_HEADER_BYTES = 16 * 1024 * 1024
_MAX_FILE_BYTES = 2**32 - 1
_MAX_DIMENSIONS = 16


class FrameMistake(Exception):
    """Bytes that are not a frame, or one that is larger than is allowed."""


class Sizes(NamedTuple):
    """The lengths in a frame's prefix, in bytes."""

    header: int
    body: int
    file: int


class PackedFrame(NamedTuple):
    """A frame to be sent: what goes through the pipe, and what has to be in the file by then."""

    content: bytearray
    file_bytes: int
    file_pieces: Sequence[Tuple[int, memoryview]]


def pack_frame(fields: Mapping[str, Any], value: Any) -> PackedFrame:
    """A frame with a value in it. Raises `NotPlainData` where the value can't travel."""
    arrays: List[RawArray] = []
    encoded = to_json_value(value, arrays)
    described = [{"type": raw.type, "shape": list(raw.shape), "container": raw.container} for raw in arrays]
    text = json.dumps({**fields, "value": encoded, "arrays": described}, separators=(",", ":")).encode()
    if len(text) > _MAX_HEADER_BYTES:
        raise NotPlainData("more than 16 MiB outside of arrays")
    places, body_bytes, file_bytes = _place_arrays([raw.content.nbytes for raw in arrays])
    if file_bytes > _MAX_FILE_BYTES:
        raise NotPlainData("arrays of more than 4 GiB")
    header_bytes = _round_up(len(text), 8)
    content = bytearray(PREFIX.pack(MAGIC, header_bytes, body_bytes, file_bytes))
    content += text.ljust(header_bytes) + bytes(body_bytes)
    start = PREFIX.size + header_bytes
    pieces = []
    for raw, (in_file, at) in zip(arrays, places):
        if in_file:
            pieces.append((at, raw.content))
        else:
            content[start + at : start + at + raw.content.nbytes] = raw.content
    return PackedFrame(content, file_bytes, pieces)


def parse_prefix(prefix: bytes, max_bytes: float) -> Sizes:
    """The lengths that the first 16 bytes of a frame tell. Raises `FrameMistake`."""
    magic, *lengths = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise FrameMistake("bytes that are not an answer")
    sizes = Sizes(*lengths)
    if sizes.header > _MAX_HEADER_BYTES or sum(sizes) > max_bytes:
        raise FrameMistake(f"an answer of {sum(sizes)} bytes, where at most {max_bytes} are allowed")
    return sizes


def unpack_frame(header: bytes, body: memoryview, file: memoryview) -> Tuple[Dict[str, Any], Any]:
    """The header's other fields and the value of a frame; arrays are views of the parts. Raises `FrameMistake` and `NotPlainData`."""
    try:
        fields = json.loads(header.decode(), parse_constant=_refuse)
        value, described = fields.pop("value"), fields.pop("arrays")
        shapes = [_parse_array(entry) for entry in described]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise FrameMistake("an answer that is not valid") from None
    places, body_bytes, file_bytes = _place_arrays([length for _, _, _, length in shapes])
    if body_bytes != len(body) or file_bytes != len(file):
        raise FrameMistake("an answer whose arrays are not as long as it says")
    arrays = [
        from_raw_array(RawArray(name, shape, container, (file if in_file else body)[at : at + length]))
        for (name, shape, container, length), (in_file, at) in zip(shapes, places)
    ]
    return fields, from_json_value(value, arrays)


def _parse_array(entry: Mapping[str, Any]) -> Tuple[str, List[int], str, int]:
    name, shape, container = entry["type"], entry["shape"], entry.get("container", "any")
    if len(shape) > _MAX_DIMENSIONS or any(type(length) is not int or length < 0 for length in shape):
        raise ValueError("no shape")
    if math.prod(length or 1 for length in shape) > _MAX_FILE_BYTES:
        raise ValueError("no array can have it, not even an empty one")
    return name, shape, container, math.prod(shape) * NUMPY_ITEM_BYTES[name]


def _place_arrays(lengths: Sequence[int]) -> Tuple[List[Tuple[bool, int]], int, int]:
    """Large arrays one after the other in the file, the others in the body, each where its type may begin."""
    places, body, file = [], 0, 0
    for length in lengths:
        if length >= _LARGE_ARRAY_BYTES:
            places.append((True, file))
            file += _round_up(length, 64)
        else:
            places.append((False, body))
            body += _round_up(length, 8)
    return places, body, file


def _round_up(count: int, multiple: int) -> int:
    return -(-count // multiple) * multiple


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
