import { describe, expect, test } from 'vitest'
import { perturb } from '../../src/model/local-search/constants.ts'
import { loadParser } from '../../src/model/local-search/languages.ts'
import { findConstantMoves, findRecipeMoves } from '../../src/model/local-search/moves.ts'
import { parseRecipes } from '../../src/model/local-search/recipes.ts'
import { applyEdits } from '../../src/model/local-search/tree.ts'

const parse = await loadParser()

/** What a recipe makes of a file, for each of its places. */
function apply(path: string, source: string, recipe: string): readonly (string | undefined)[] {
  const { recipes, problems } = parseRecipes('doc.md', `\`\`\`yaml\n${recipe}\n\`\`\`\n`)
  expect(problems).toEqual([])
  const tree = new Map([[path, source]])
  const found = findRecipeMoves(tree, recipes, parse)
  expect(found.problems).toEqual([])
  return found.moves.map(({ edits }) => applyEdits(tree, edits).get(path))
}

describe('a fix', () => {
  test('takes single and repeated variables from the source, with their comments and white space', () => {
    const rule = "id: x\nlanguage: js\nrule: { pattern: 'f($A, $$$REST)' }\nfix: g($$$REST)($A)"
    expect(apply('a.js', 'f( 1,  2, /* two */\n  3 )\n', rule)).toEqual(['g(2, /* two */\n  3)(1)\n'])
  })

  test('puts nothing where a variable matched nothing', () => {
    const rule = "id: x\nlanguage: js\nrule: { pattern: 'f($$$REST)' }\nfix: g($$$REST, $NEVER)"
    expect(apply('a.js', 'f()\n', rule)).toEqual(['g(, )\n'])
  })

  test('counts in the units of JavaScript strings, whatever stands before the match', () => {
    const rule = 'id: x\nlanguage: ts\nrule: { pattern: f($A) }\nfix: $A'
    expect(apply('a.ts', "const s = '😀ü'; f(1)\n", rule)).toEqual(["const s = '😀ü'; 1\n"])
  })

  test('is indented to where it lands, and so is what it takes along: Python', () => {
    const rule = `id: x
language: python
rule:
  pattern: |-
    for $I in range($N):
        $$$BODY
fix: |-
  if $N > 0:
      for $I in range($N):
          $$$BODY`
    const source =
      'def f(n):\n    for i in range(n):\n        if i:\n            g(i)\n\n        h(i)\n    return 1\n'
    expect(apply('a.py', source, rule)).toEqual([
      'def f(n):\n    if n > 0:\n        for i in range(n):\n            if i:\n                g(i)\n\n            h(i)\n    return 1\n',
    ])
  })

  test('leaves a text of several lines as it is where the indentation stays', () => {
    const rule = 'id: x\nlanguage: js\nrule: { pattern: f($A) }\nfix: g($A)'
    const text = '`\nat the margin\n    and not\n`'
    expect(apply('a.js', `if (x) {\n  f(${text})\n}\n`, rule)).toEqual([`if (x) {\n  g(${text})\n}\n`])
  })

  test('uses constraints, utilities and transformed variables', () => {
    const rule = `id: x
language: c
rule: { pattern: "pow($A, $N);" }
constraints: { N: { matches: two } }
utils: { two: { regex: ^2$ } }
transform: { B: { replace: { source: $A, replace: ^x, by: y } } }
fix: $A * $B;`
    expect(apply('a.c', 'void f() { pow(x, 2); pow(x, 3); }\n', rule)).toEqual([
      'void f() { x * x; pow(x, 3); }\n'.replace('x * x', 'x * y'),
    ])
  })

  test('is a place of its own for each match, and none where it changes nothing', () => {
    const rule = 'id: x\nlanguage: rust\nrule: { kind: integer_literal }\nfix: "7"'
    expect(apply('a.rs', 'fn f() { g(7, 8, 9); }\n', rule)).toEqual([
      'fn f() { g(7, 7, 9); }\n',
      'fn f() { g(7, 8, 7); }\n',
    ])
    expect(apply('a.py', 'g(8)\n', rule)).toEqual([])
  })
})

test.each([
  ['rewriters', 'id: x\nlanguage: js\nrule: { pattern: a }\nfix: b\nrewriters: []'],
  ['a fix that is no text', 'id: x\nlanguage: js\nrule: { pattern: a }\nfix:\n  template: b'],
  ['no id', 'language: js\nrule: { pattern: a }\nfix: b'],
  ['an id of several lines', 'id: "x\\ny"\nlanguage: js\nrule: { pattern: a }\nfix: b'],
  ['a rule that is no mapping', 'id: x\nlanguage: js\nrule: a\nfix: b'],
])('a recipe with %s is named as a problem, not used', (_name, yaml) => {
  const { recipes, problems } = parseRecipes('doc.md', `text\n\n\`\`\`yaml\n${yaml}\n\`\`\`\n`)
  expect(recipes).toEqual([])
  expect(problems).toEqual([expect.stringContaining('doc.md')])
})

test('recipes are found in any yaml fence, several to a block, and nowhere else', () => {
  const rule = (id: string): string => `id: ${id}\nlanguage: js\nrule: { pattern: a }\nfix: b\n`
  const text = [
    `\`\`\`yaml\n${rule('one')}---\n${rule('two')}\`\`\``,
    `~~~~yml title="x"\n${rule('three')}~~~~`,
    `\`\`\`\n${rule('not-yaml')}\`\`\``,
    `\`\`\`yaml\n${rule('never-closed')}`,
  ].join('\n\n')
  const { recipes, problems } = parseRecipes('doc.md', text.replaceAll('\n', '\r\n'))
  expect(recipes.map(({ id }) => id)).toEqual(['one', 'two', 'three'])
  expect(problems).toEqual([])
})

describe('numbers', () => {
  test.each([
    ['16', ['32', '8', '17', '15']],
    ['3', ['6', '2', '4']],
    ['1_000u32', ['2000u32', '500u32', '1001u32', '999u32']],
    ["5'000", ['10000', '2500', '5001', '4999']],
    ['0.5', ['1.0', '0.25', '0.55', '0.45']],
    ['1.5f', ['3.0f', '0.75f', '1.65f', '1.35f']],
    ['2e-3', ['0.004', '0.001', '0.0022', '0.0018']],
    ['100n', ['200n', '50n', '101n', '99n']],
  ])('%s is tried as %j', (literal, expected) => expect(perturb(literal)).toEqual(expected))

  test.each(['0', '1', '2', '1.0', '0xff', '0b11', '017', '1e400'])('%s is left alone', (literal) =>
    expect(perturb(literal)).toEqual([]),
  )

  test.each([
    ['a.py', '# 10\nx = 20 if "30" else 40.0\n', ['20', '40.0']],
    ['a.mjs', '// 10\nconst x = `30` + 20 /* 50 */\n', ['20']],
    ['a.ts', 'let x: 30 = f(20)\n', ['30', '20']],
    ['a.c', '/* 10 */ int x = 20; char *s = "30";\n', ['20']],
    ['a.cu', 'int x = 20; // 10\n', ['20']],
    ['a.rs', '// 10\nfn f() { g(20, 40.5, "30"); }\n', ['20', '40.5']],
    // Parsed as far as it looks like C.
    [
      'a.v',
      'module m(input [31:0] a); // 10\n  localparam N = 20;\n  always @(posedge clk) if (a > 40) b <= a + 30;\nendmodule\n',
      ['31', '20', '40', '30'],
    ],
    ['a.txt', '20', []],
  ])('are found in the code of %s', (path, source, expected) => {
    const { moves } = findConstantMoves(new Map([[path, source]]), [], parse)
    expect(new Set(moves.map(({ name }) => name.split(' ')[1]))).toEqual(new Set(expected))
  })
})
