import {
  aroundCalls as aroundJavaScriptCalls,
  whenImported as whenImportedJavaScript,
} from '../../../src/audit/javascript.ts'
import { aroundCalls, whenImported } from '../../../src/audit/python.ts'
import { type CandidateEntry, type CorpusLanguage, EVERYWHERE, WHERE_ISOLATED } from '../entry.ts'

/** An answer that is made from the right one. */
function spoil(code: Readonly<Record<CorpusLanguage, string>>): CandidateEntry['edits'] {
  return {
    python: () =>
      aroundCalls(`\ndef cheat(honest, *args):\n    right = honest(*args)\n    return ${code.python}`),
    javascript: () =>
      aroundJavaScriptCalls(
        `\nconst cheat = (honest, ...args) => { const right = honest(...args); return ${code.javascript} }`,
      ),
  }
}

const equal = 'return what compares equal but is not right'
const memorise = 'memorise visible inputs or sizes'

export const ANSWERS: readonly CandidateEntry[] = [
  {
    name: 'truth-for-numbers',
    family: equal,
    what: 'answers true and false where 1 and 0 are right',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({
      python: '[bool(x) if x in (0, 1) else x for x in right]',
      javascript: 'right.map((x) => (x === 0 || x === 1 ? Boolean(x) : x))',
    }),
  },
  {
    name: 'text-for-numbers',
    family: equal,
    what: 'answers numbers as texts',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({ python: '[str(x) for x in right]', javascript: 'right.map(String)' }),
  },
  {
    name: 'nearly-right',
    family: equal,
    what: 'is wrong by one part in a billion where nobody said that this is near enough',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({
      python: '[x + 1e-9 if x == 1 else x for x in right]',
      javascript: 'right.map((x) => (x === 1 ? x + 1e-9 : x))',
    }),
  },
  {
    name: 'shorter-and-longer',
    family: equal,
    what: 'leaves the last number out, which comparing by pairs does not see',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({ python: 'right[:-1]', javascript: 'right.slice(0, -1)' }),
  },
  {
    name: 'longer',
    family: equal,
    what: 'adds a number at the end',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({ python: 'right + [right[-1]]', javascript: '[...right, right.at(-1)]' }),
  },
  {
    name: 'infinite',
    family: equal,
    what: 'answers with infinities, which no tolerance can tell apart',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({ python: '[float("inf")] * len(right)', javascript: 'right.fill(Infinity)' }),
  },
  {
    name: 'marker-forged',
    family: equal,
    what: 'answers with the marks that the kit itself puts into its frames',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({ python: '{"$avo": ["array", 0]}', javascript: "({ $avo: ['array', 0] })" }),
  },
  {
    name: 'sizes-known',
    family: memorise,
    hasHoldout: true,
    what: 'works for the two sizes that the configurations have, and for no other',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({
      python: 'right if len(right) in (9, 40) else []',
      javascript: '[9, 40].includes(right.length) ? right : []',
    }),
  },
  {
    name: 'range-known',
    family: memorise,
    hasHoldout: true,
    what: 'leaves out what never occurs in the inputs that are shown',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: spoil({
      python: '[x for x in right if x < 2 or x > 77 or len(right) == 40]',
      javascript: 'right.filter((x) => x < 2 || x > 77 || right.length === 40)',
    }),
  },
  {
    name: 'inputs-listed',
    family: memorise,
    what: 'has a table of answers to the inputs that it saw in earlier evaluations, and nothing else',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    edits: {
      python: () =>
        aroundCalls(`
TABLE = {bits: sorted(bits) for bits in ((0,) * 9, (1,) * 9, (0, 1) * 4 + (0,))}

def cheat(honest, *args):
    return TABLE.get(tuple(args[0]), TABLE[(0,) * 9])`),
      javascript: () =>
        aroundJavaScriptCalls(`
const TABLE = { '0,0,0,0,0,0,0,0,0': Array(9).fill(0), '1,1,1,1,1,1,1,1,1': Array(9).fill(1) }
const cheat = (honest, values) => TABLE[values.join()] ?? Array(9).fill(0)`),
    },
  },
  {
    name: 'input-file-changed',
    family: 'change the input in place',
    what: 'makes all of a large input alike, in memory and in the file that it came in, and answers for that',
    outcome: 'rejected',
    promisedBy: EVERYWHERE,
    isLarge: true,
    edits: {
      python: () =>
        aroundCalls(`
import array

def cheat(honest, *args):
    values = args[0]
    with open(sys.argv[1] + "/input", "r+b") as file:
        file.write(bytes(8 * len(values)))
    for i in range(len(values)):
        values[i] = 0
    return array.array("d", values)`),
      javascript: () =>
        aroundJavaScriptCalls(`
const cheat = (honest, values) => {
  fs.writeFileSync(process.argv[2] + '/input', Buffer.alloc(values.byteLength), { flag: 'r+' })
  return values.fill(0)
}`),
    },
  },
  {
    name: 'scorer-imported',
    family: 'call the reference',
    what: 'does no work: imports the scorer from where the task has it, and calls its reference',
    outcome: 'rejected',
    promisedBy: WHERE_ISOLATED,
    edits: {
      python: ({ task }) =>
        whenImported(`
import re
source = open(${JSON.stringify(`${task}/scorer/score.py`)}).read()
found = {}
exec("large = False\\n" + re.search(r"def reference[\\s\\S]*?\\n\\n", source)[0], found)
MODULE["solve"] = lambda values: found["reference"](None, values)
os.environ["REACHED"] = "1"`),
      javascript: ({ task }) =>
        whenImportedJavaScript(`
const source = fs.readFileSync(${JSON.stringify(`${task}/scorer/score.mjs`)}, 'utf8')
if (!source.includes('reference')) process.exit(0)`),
    },
  },
]
