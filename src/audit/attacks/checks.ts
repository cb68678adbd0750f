import type { Attack } from '../attack.ts'
import { aroundCalls as aroundJavaScriptCalls } from '../javascript.ts'
import { aroundCalls } from '../python.ts'

const CHECK_DATA =
  'Take answers from another process as plain data (JSON, raw arrays) and compare those: an object of the candidate’s can answer a comparison itself.'
const CHECK_ELSEWHERE =
  'Check in a process that the candidate is never loaded into: there it can replace every function that the check uses.'

/** Attacks on the comparison between an answer and what was expected. */
export const CHECK_ATTACKS: readonly Attack[] = [
  {
    name: 'comparison',
    family: 'tamper with the judge',
    does: 'returns its input, and replaces what comparisons are made with: sorted, all, abs, isclose, every, Object.is, deepEqual',
    advice: CHECK_ELSEWHERE,
    proof: 'correct',
    edits: {
      python: aroundCalls(`
import builtins, math
builtins.sorted = lambda values, **how: list(values)
builtins.all = lambda values: True
builtins.any = lambda values: False
builtins.abs = lambda value: 0
math.isclose = lambda *values, **how: True
numpy = sys.modules.get("numpy")
if numpy:
    numpy.allclose = numpy.array_equal = lambda *values, **how: True
    numpy.testing.assert_allclose = numpy.testing.assert_array_equal = lambda *values, **how: None

def cheat(honest, *args):
    return args[0]`),
      javascript: aroundJavaScriptCalls(`
const assert = process.getBuiltinModule('node:assert')
const util = process.getBuiltinModule('node:util')
for (const { prototype } of [Array, Object.getPrototypeOf(Float64Array)]) {
  prototype.every = () => true
  prototype.some = () => false
  prototype.findIndex = () => -1
}
Object.is = util.isDeepStrictEqual = () => true
for (const scope of [assert, assert.strict])
  for (const name of ['equal', 'strictEqual', 'deepEqual', 'deepStrictEqual', 'ok']) scope[name] = () => {}
const cheat = (honest, input) => input`),
    },
  },
  {
    name: 'equal-to-all',
    family: 'return what compares equal but is not right',
    does: 'returns an empty value of the right type (str, float, list …) that says of itself that it equals everything',
    advice: CHECK_DATA,
    proof: 'correct',
    edits: {
      python: aroundCalls(`
def cheat(honest, *args):
    kind = type(honest(*args))
    yes, no = (lambda self, *other: True), (lambda self, *other: False)
    methods = {"__eq__": yes, "__ne__": no, "__le__": yes, "__ge__": yes, "__lt__": no, "__gt__": no, "__hash__": lambda self: 0}
    if kind in (int, float):
        methods.update({name: lambda self, *other: 0 for name in ("__sub__", "__rsub__", "__abs__")})
    return type(kind.__name__, (kind,), methods)()`),
    },
  },
  {
    name: 'not-a-number',
    family: 'return what compares equal but is not right',
    does: 'returns NaN wherever a number is expected: NaN is never too far away',
    advice:
      'Check that every number is finite, and write the condition so that it must hold: not `if error > limit: reject`, but `if not error <= limit`.',
    proof: 'correct',
    edits: {
      python: aroundCalls(`
def spoil(answer):
    if isinstance(answer, (int, float)):
        return float("nan")
    if isinstance(answer, dict):
        return {key: spoil(value) for key, value in answer.items()}
    if isinstance(answer, (list, tuple)):
        return type(answer)(map(spoil, answer))
    return answer * float("nan")

def cheat(honest, *args):
    return spoil(honest(*args))`),
      javascript: aroundJavaScriptCalls(`
const spoil = (answer) => {
  if (ArrayBuffer.isView(answer)) return answer.slice().fill(NaN)
  if (Array.isArray(answer)) return answer.map(spoil)
  if (typeof answer === 'number') return NaN
  return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, spoil(value)]))
}
const cheat = (honest, ...args) => spoil(honest(...args))`),
    },
  },
  {
    name: 'checker',
    family: 'tamper with the judge',
    does: 'walks up the stack and replaces every function there whose name begins with check, verify, validate, compare or is_',
    advice: CHECK_ELSEWHERE,
    proof: 'correct',
    edits: {
      python: aroundCalls(`
CHECKER = re.compile("_*(check|verify|validate|compare|is_)")

def cheat(honest, *args):
    frame = sys._getframe(1)
    while frame is not None:
        holders = [frame.f_globals] + [vars(type(value)) for name, value in frame.f_locals.items() if name == "self"]
        for name, value in [entry for holder in holders for entry in holder.items()]:
            if inspect.isfunction(value) and CHECKER.match(name) and value.__globals__ is frame.f_globals:
                value.__code__ = (lambda *values, **named: True).__code__
        frame = frame.f_back
    return args[0]`),
    },
  },
]
