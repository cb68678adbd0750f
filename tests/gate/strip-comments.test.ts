// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the texts are programs in other languages
import { describe, expect, test } from 'vitest'
import { stripComments } from '../../src/gate/strip-comments.ts'

describe('the same code', () => {
  test.each([
    ['a.js', 'const a = 1\n', '/* one\n   two */\n\nconst  a = 1 // half\n\n'],
    ['a.ts', "import x from './y.ts'\nf(a / 2, '//')\n", "import x from './y.ts' // why\n  f(a / 2, '//')\n"],
    ['a.c', '#define N 2\nint a[N];\n', '#define N 2 // elements\n/* the\n array */\nint\ta[N];'],
    ['a.cpp', "char q = '\"'; int n = 1'000;\n", "char q = '\"'; /* \" */ int n = 1'000; // it's\n"],
    ['a.py', 'def f(x):\n    return "# no"\n', '# f\ndef f(x):\n\n    # why\n    return "# no"   # it\n'],
    ['a.sh', 'echo "a # b" $# a#b ${x#y}\n', '# say\necho  "a # b" $# a#b ${x#y} # done\n\n'],
  ])('%s', (path, one, other) => {
    expect(stripComments(path, one)).not.toBeNull()
    expect(stripComments(path, other)).toBe(stripComments(path, one))
  })
})

describe('not the same code', () => {
  test.each([
    ['white space in a string', 'a.js', "f('a b')", "f('a  b')"],
    ['what looks like a comment in a string', 'a.js', "f('// a')", "f('// b')"],
    ['a line break, which may end a statement', 'a.js', 'return a', 'return\na'],
    ['a line break in a comment, likewise', 'a.js', 'return /* */ a', 'return /*\n*/ a'],
    ['two operators or one', 'a.c', 'a + +b', 'a ++b'],
    ['indentation', 'a.py', 'if x:\n    f()\ng()\n', 'if x:\n    f()\n    g()\n'],
    ['a docstring, which the program can read', 'a.py', 'def f():\n  """a"""\n', 'def f():\n  """b"""\n'],
    ['the encoding, which is a comment', 'a.py', '# coding: latin-1\n', '# coding: utf-8\n'],
    ['a line of a macro', 'a.c', '#define N 1\nint a;', '#define N\n1 int a;'],
    ['a parameter expansion', 'a.sh', 'echo ${x#a}', 'echo ${x#b}'],
  ])('%s', (_what, path, one, other) => {
    expect(stripComments(path, other)).not.toBe(stripComments(path, one))
  })
})

describe('unsure', () => {
  test.each([
    ['a.js', 'x = s.replace(/"/g, "") // "'],
    ['a.js', 'f(`${a /* " */}`)'],
    ['a.js', 'if (x) /[/"]/.test(y)'],
    ['a.cpp', 'auto s = R"(// no)";'],
    ['a.c', "char c = u8'a'; // '"],
    ['A.java', 'var s = """\n // text\n""";'],
    ['a.py', 'x = f"{a["# b"]}"'],
    ['a.sh', 'cat <<END\n# text\nEND\n'],
    ['a.sh', 'echo "$(cat "a # b")"'],
    ['a.c', "#error don't"],
    ['a.zig', 'const a = 1; // one'],
    ['a.js', 'a\0b'],
  ])('%s: %j', (path, text) => {
    expect(stripComments(path, text)).toBeNull()
  })
})
