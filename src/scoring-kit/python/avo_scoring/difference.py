"""Whether an output is what was expected."""

from __future__ import annotations

import json
import math
import sys
from typing import Any, Iterable, NamedTuple, Optional

from .plain_data import TYPE_CODES, RawArray, to_raw_array

_PIECE = 32_768


def first_difference(expected: Any, output: Any, *, absolute: float = 0, relative: float = 0) -> Optional[str]:
    """The first place where an output is not what was expected, in words, or None where it is right.

    A number may be off by `absolute + relative * abs(expected)`. Lists are no arrays and arrays must be of the same type and
    shape, True is not 1 but 1 is 1.0, NaN is only NaN, and 0 is -0.
    """
    return _compare(expected, output, _Tolerance(absolute, relative), "")


class _Tolerance(NamedTuple):
    absolute: float
    relative: float

    def allows(self, expected: Any, output: Any) -> bool:
        if not (_is_number(expected) and _is_number(output)):
            return type(expected) is type(output) and expected == output
        if expected == output or (expected != expected and output != output):
            return True
        are_finite = abs(expected) < math.inf and abs(output) < math.inf
        try:
            return are_finite and abs(output - expected) <= self.absolute + self.relative * abs(expected)
        except OverflowError:
            # An integer that no float is near.
            return False


def _compare(expected: Any, output: Any, tolerance: _Tolerance, path: str) -> Optional[str]:
    expected, output = _simplify(expected), _simplify(output)
    if type(expected) is list and type(output) is list:
        if len(expected) != len(output):
            return f"{_at(path)}{len(output)} elements, expected {len(expected)}"
        pairs = enumerate(zip(expected, output))
        return _first(_compare(*pair, tolerance, f"{path}[{index}]") for index, pair in pairs)
    if type(expected) is dict and type(output) is dict:
        for key in expected:
            if key not in output:
                return f"{_at(path)}there is no {json.dumps(key)}"
        for key in output:
            if key not in expected:
                return f"{_at(path)}there is a {json.dumps(key[:60])}, which was not expected"
        return _first(_compare(expected[key], output[key], tolerance, f"{path}.{key}") for key in expected)
    if type(expected) is RawArray and type(output) is RawArray:
        if expected.type == output.type and list(expected.shape) == list(output.shape):
            return _compare_arrays(expected, output, tolerance, path)
    elif tolerance.allows(expected, output):
        return None
    return f"{_at(path)}{_show(output)}, expected {_show(expected)}"


def _compare_arrays(expected: RawArray, output: RawArray, tolerance: _Tolerance, path: str) -> Optional[str]:
    if expected.content == output.content:
        return None
    numpy = sys.modules.get("numpy")
    if numpy is None:
        pairs = list(zip(*(raw.content.cast(TYPE_CODES[raw.type]) for raw in (expected, output))))
        wrong = next((index for index, pair in enumerate(pairs) if not tolerance.allows(*pair)), None)
    else:
        pairs = [numpy.frombuffer(raw.content, raw.type) for raw in (expected, output)]
        wrong = _find_wrong(numpy, *pairs, tolerance)
        pairs = None if wrong is None else {wrong: [array[wrong].item() for array in pairs]}
    if wrong is None:
        return None
    right, found = pairs[wrong]
    return f"{_at(f'{path}[{wrong}]')}{_show(found)}, expected {_show(right)}"


def _find_wrong(numpy: Any, expected: Any, output: Any, tolerance: _Tolerance) -> Optional[int]:
    """The first index, piece by piece: what is made on the way stays in the processor's cache."""
    for start in range(0, len(expected), _PIECE):
        wrong = numpy.flatnonzero(~_find_right(numpy, expected[start:][:_PIECE], output[start:][:_PIECE], tolerance))
        if len(wrong):
            return start + int(wrong[0])
    return None


def _find_right(numpy: Any, expected: Any, output: Any, tolerance: _Tolerance) -> Any:
    right = (expected == output) | ((expected != expected) & (output != output))
    if any(tolerance):
        # Differences of unsigned numbers would wrap.
        a, b = (array if array.dtype.kind in "fc" else array.astype("float64") for array in (expected, output))
        with numpy.errstate(all="ignore"):
            right |= (abs(b - a) <= tolerance.absolute + tolerance.relative * abs(a)) & numpy.isfinite(a) & numpy.isfinite(b)
    return right


def _simplify(value: Any) -> Any:
    """Tuples as the lists that they travel as, arrays as their bytes, scalars of numpy as numbers."""
    if type(value) is tuple:
        return list(value)
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic):
        return value.item()
    return to_raw_array(value) or value


def _is_number(value: Any) -> bool:
    return type(value) is int or type(value) is float


def _first(differences: Iterable[Optional[str]]) -> Optional[str]:
    return next((difference for difference in differences if difference is not None), None)


def _at(path: str) -> str:
    return f"at {path[:200]}: " if path else ""


def _show(value: Any) -> str:
    """A value in few words."""
    if type(value) is RawArray:
        return f"{value.container if value.container == 'bytes' else value.type} of {'x'.join(map(str, value.shape))}"
    if type(value) is list:
        return f"a list of {len(value)}"
    if type(value) is dict:
        return "a dict"
    return repr(value)[:80]
