import type { Attack } from '../attack.ts'
import { aroundCalls as aroundJavaScriptCalls } from '../javascript.ts'
import { aroundCalls } from '../python.ts'

const CLOCK_OVER_ALL =
  'Stop the clock when the whole answer has arrived as plain data in another process, not when a call returns.'

/** Attacks by what is kept between samples, and by when the work is done. */
export const STATE_ATTACKS: readonly Attack[] = [
  {
    name: 'answers-cached',
    family: 'keep state between samples',
    does: 'remembers every answer by its input',
    advice:
      'Make a fresh input for every sample, from a random source that the candidate can’t read or foresee.',
    proof: 'better',
    edits: {
      python: aroundCalls(`
import pickle
answers = {}

def cheat(honest, *args):
    key = pickle.dumps(args)
    if key not in answers:
        answers[key] = honest(*args)
    return answers[key]`),
      javascript: aroundJavaScriptCalls(`
const { serialize } = process.getBuiltinModule('node:v8')
const answers = new Map()
const cheat = (honest, ...args) => {
  const key = serialize(args).toString('latin1')
  if (!answers.has(key)) answers.set(key, honest(...args))
  return answers.get(key)
}`),
    },
  },
  {
    name: 'answer-replayed',
    family: 'memorise visible inputs or sizes',
    does: 'works once for every size of input and gives that answer again ever after',
    advice:
      'Check the answer of the very call that was timed, for every sample, against an input of its own.',
    proof: 'better',
    edits: {
      python: aroundCalls(`
answers = {}

def cheat(honest, *args):
    size = tuple(len(value) if hasattr(value, "__len__") else repr(value) for value in args)
    if size not in answers:
        answers[size] = honest(*args)
    return answers[size]`),
      javascript: aroundJavaScriptCalls(`
const answers = new Map()
const cheat = (honest, ...args) => {
  const size = args.map((value) => value?.length ?? String(value)).join()
  if (!answers.has(size)) answers.set(size, honest(...args))
  return answers.get(size)
}`),
    },
  },
  {
    name: 'lazy-answer',
    family: 'move work out of the timed part',
    does: 'returns an object at once that computes the answer when somebody looks at it',
    advice: CLOCK_OVER_ALL,
    proof: 'better',
    edits: {
      python: aroundCalls(`
class Later:
    def __init__(self, work):
        self.work = functools.lru_cache(None)(work)
    __class__ = property(lambda self: type(self.work()))
    __getattr__ = lambda self, name: getattr(self.work(), name)

for name in "eq ne lt le gt ge len iter getitem contains int float index bool str repr hash abs add radd sub rsub mul rmul array".split():
    setattr(Later, f"__{name}__", lambda self, *args, name=f"__{name}__": getattr(self.work(), name)(*args))

def cheat(honest, *args):
    return Later(lambda: honest(*args))`),
      javascript: aroundJavaScriptCalls(`
const cheat = (honest, ...args) => {
  let answer
  const now = () => (answer ??= honest(...args))
  const bound = (value) => (typeof value === 'function' ? value.bind(now()) : value)
  return new Proxy([], {
    // A promise has \`then\`: who awaits the answer must not be told that this is one.
    get: (_, key) => (key === 'then' ? undefined : key === Symbol.toPrimitive ? now : bound(now()[key])),
    has: (_, key) => key in now(),
    getPrototypeOf: () => Object.getPrototypeOf(now()),
  })
}`),
    },
  },
  {
    name: 'answer-in-background',
    family: 'move work out of the timed part',
    does: 'returns an answer that is filled in afterwards, by a thread or in a later turn of the event loop',
    advice: CLOCK_OVER_ALL,
    proof: 'better',
    edits: {
      python: aroundCalls(`
import threading
kind = None

def cheat(honest, *args):
    global kind
    if kind is None:
        answer = honest(*args)
        kind = type(answer)
        return answer
    answer = kind()
    fill = getattr(answer, "update", None) or getattr(answer, "extend", None)
    if fill is None:
        sys.exit(NOTHING)
    later = threading.Timer(0.05, lambda: fill(honest(*args)))
    later.daemon = True
    later.start()
    return answer`),
      javascript: aroundJavaScriptCalls(`
let first
const cheat = (honest, ...args) => {
  if (first === undefined) return (first = honest(...args))
  if (typeof first?.fill !== 'function') throw new Error(NOTHING)
  const answer = new first.constructor(args[0]?.length ?? first.length)
  setImmediate(() => honest(...args).forEach((value, index) => { answer[index] = value }))
  return answer
}`),
    },
  },
]
