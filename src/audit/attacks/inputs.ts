import type { Attack } from '../attack.ts'
import { whenLoaded } from '../c.ts'
import { aroundCalls as aroundJavaScriptCalls } from '../javascript.ts'
import { aroundCalls } from '../python.ts'

/** Attacks by what a candidate is given, and by what it can find. */
export const INPUT_ATTACKS: readonly Attack[] = [
  {
    name: 'input-returned',
    family: 'return what compares equal but is not right',
    does: 'returns its input, or copies what comes in to what goes out',
    advice: 'Compare every answer with an expectation that does not come from the candidate.',
    proof: 'correct',
    edits: {
      python: aroundCalls(`
def cheat(honest, *args):
    return args[0]`),
      javascript: aroundJavaScriptCalls(`
const cheat = (honest, input) => input`),
      c: whenLoaded(`
  char buffer[65536];
  for (ssize_t size; (size = read(0, buffer, sizeof buffer)) > 0;)
    if (write(1, buffer, size) < 0) break;
  _exit(0);`),
    },
  },
  {
    name: 'input-changed',
    family: 'change the input in place',
    does: 'makes all of its input alike, in place, and answers for that',
    advice: 'Compute the expectation from a copy that the candidate never had, before or after the call.',
    proof: 'correct',
    edits: {
      python: aroundCalls(`
def cheat(honest, *args):
    data = next((value for value in args if hasattr(value, "__setitem__") and len(value) > 1), None)
    if data is None:
        return honest(*args) if any(hasattr(value, "__setitem__") for value in args) else sys.exit(NOTHING)
    if isinstance(data, dict):
        data.clear()
    else:
        data[:] = [data[0]] * len(data)
    return honest(*args)`),
      javascript: aroundJavaScriptCalls(`
const cheat = (honest, ...args) => {
  const data = args.find((value) => typeof value?.fill === 'function')
  if (data === undefined) throw new Error(NOTHING)
  data.fill(data[0])
  return honest(...args)
}`),
    },
  },
  {
    name: 'expectation-found',
    family: 'call the reference',
    does: 'does no work: walks up the stack and returns what a variable there calls expected, reference, target or truth',
    advice:
      'Keep expectations in another process than the candidate’s. A variable of yours is only a frame away.',
    proof: 'correct',
    edits: {
      python: aroundCalls(`
EXPECTED = re.compile("_*(expect|reference|target|truth|golden|correct)")

def cheat(honest, *args):
    frame = sys._getframe(1)
    while frame is not None:
        for name, value in frame.f_locals.items():
            if EXPECTED.match(name) and not callable(value):
                return value
        frame = frame.f_back
    raise LookupError("the audit found nothing to return")`),
    },
  },
  {
    name: 'reference-called',
    family: 'call the reference',
    does: 'does no work: calls a function named reference, expected, oracle, naive, brute or golden that it finds in memory or in the scorer’s files',
    advice:
      'Run the candidate where neither the scorer’s modules nor its files can be seen (sandbox: bubblewrap, srt or container).',
    proof: 'correct',
    edits: {
      python: aroundCalls(`
import ast, gc
REFERENCE = re.compile("_*(reference|expected|oracle|naive|brute|golden)")

def in_memory():
    return [value for value in gc.get_objects() if inspect.isfunction(value) and not value.__code__.co_filename.startswith(sys.prefix)]

def in_files():
    here = os.getcwd()
    places = [here, here + "/..", here + "/scorer", here + "/../scorer", f"/proc/{os.getppid()}/cwd", *map(os.path.dirname, sys.argv)]
    for file in {file for place in places for file in glob.glob(place + "/*.py")}:
        try:
            tree = ast.parse(open(file).read())
        except (OSError, ValueError, SyntaxError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and REFERENCE.match(node.name):
                node.decorator_list, found = [], {}
                exec(compile(ast.Module([node], []), file, "exec"), found)
                yield found[node.name]

def cheat(honest, *args):
    for function in [*in_memory(), *in_files()]:
        for given in (args, (None, *args)):
            try:
                if REFERENCE.match(function.__name__):
                    return function(*given)
            except Exception:
                pass
    raise LookupError("the audit found nothing to return")`),
      javascript: aroundJavaScriptCalls(`
const REFERENCE = /^(?:export )?(?:async )?function (?:reference|expected|oracle|naive|brute|golden)\\w*\\([\\s\\S]*?\\n}/gim
const here = process.cwd()
const places = [here, here + '/..', here + '/scorer', here + '/../scorer', '/proc/' + process.ppid + '/cwd', ...process.argv.map((file) => path.dirname(file))]

function* functions() {
  for (const place of places)
    for (const name of quietly(() => fs.readdirSync(place), []))
      if (/\\.[cm]?[jt]s$/.test(name))
        for (const [text] of quietly(() => fs.readFileSync(path.join(place, name), 'utf8'), '').matchAll(REFERENCE))
          yield quietly(() => Function('return ' + text.replace('export ', ''))())
}

const cheat = (honest, ...args) => {
  for (const found of functions()) {
    const answer = quietly(() => found(...args))
    if (answer !== undefined) return answer
  }
  throw new Error('the audit found nothing to call')
}`),
    },
  },
]
