import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Tool } from '../../src/agent/tool.ts'
import { createEditFile } from '../../src/agent/tools/edit-file.ts'
import { createReadVersion } from '../../src/agent/tools/lineage.ts'
import { createListFiles } from '../../src/agent/tools/list-files.ts'
import { createReadFile } from '../../src/agent/tools/read-file.ts'
import { createRunShell } from '../../src/agent/tools/run-shell.ts'
import { createSearchFiles } from '../../src/agent/tools/search-files.ts'
import { createSubmit } from '../../src/agent/tools/submit.ts'
import { createWriteFile } from '../../src/agent/tools/write-file.ts'
import type { Journal } from '../../src/journal.ts'
import { createProcessSandbox } from '../../src/sandbox/process.ts'
import { memoryJournal } from '../memory-journal.ts'

const never = new AbortController().signal
let root: string
let workspace: { directory: string; isEditable: (path: string) => boolean }
let outputs: string

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'avo-tools-')))
  workspace = { directory: join(root, 'workspace'), isEditable: (path) => path.endsWith('.js') }
  outputs = join(root, 'outputs')
  await mkdir(workspace.directory)
  await mkdir(outputs)
})
afterEach(() => rm(root, { recursive: true, force: true }))

const put = (path: string, content: string): Promise<void> =>
  writeFile(join(workspace.directory, path), content)
const get = (path: string): Promise<string> => readFile(join(workspace.directory, path), 'utf8')
const call = async (tool: Tool, input: unknown): Promise<string> =>
  (await tool.prepare(input).run(never)).text

const score = { correct: true as const, value: 1, scores: [{ configuration: 'a', value: 1 }] }
const version = {
  number: 0,
  tree: 'seed',
  summary: 'seed',
  commit: 'c',
  score,
  gain: 0,
  attempt: 0,
  scorer: 's',
  costUsd: 0,
  committedAt: '',
}

describe('paths', () => {
  test.each(['../secret', '/etc/passwd', 'link/secret', 'a/../../secret', 'dangling'])(
    'read_file and write_file refuse %s',
    async (path) => {
      await writeFile(join(root, 'secret'), 'key')
      await symlink(root, join(workspace.directory, 'link'))
      await symlink(join(root, 'not-there'), join(workspace.directory, 'dangling'))
      await expect(
        call(createReadFile(workspace.directory, { '@output/': outputs }), { path }),
      ).rejects.toThrow()
      await expect(call(createWriteFile(workspace), { path, content: 'x' })).rejects.toThrow()
      await expect(readFile(join(root, 'not-there'))).rejects.toThrow()
      expect(await readFile(join(root, 'secret'), 'utf8')).toBe('key')
    },
  )

  test.each(['.git/config', '.git/hooks/pre-commit', 'a/.GIT/config'])('%s is not writable', async (path) => {
    await mkdir(join(workspace.directory, '.git'))
    await expect(call(createWriteFile(workspace), { path, content: 'x' })).rejects.toThrow('belongs to git')
  })

  test('kept outputs are read by name only', async () => {
    await writeFile(join(outputs, '1-2.txt'), 'kept')
    await writeFile(join(root, 'secret.txt'), 'key')
    const tool = createReadFile(workspace.directory, { '@output/': outputs })
    expect(await call(tool, { path: '@output/1-2.txt' })).toBe('1\tkept')
    await expect(call(tool, { path: '@output/../secret.txt' })).rejects.toThrow('outside')
  })
})

describe('what is not a plain file', () => {
  const tools = (): readonly (readonly [Tool, object])[] => [
    [createReadFile(workspace.directory, {}), {}],
    [createWriteFile(workspace), { content: 'x' }],
    [createEditFile(workspace), { old_text: 'x', new_text: 'y' }],
  ]

  test.each(['pipe', 'folder', 'link'])(
    'a %s is neither read nor written, and nobody waits for it',
    async (path) => {
      execFileSync('mkfifo', [join(workspace.directory, 'pipe')])
      await mkdir(join(workspace.directory, 'folder'))
      await symlink('pipe', join(workspace.directory, 'link'))
      for (const [tool, input] of tools())
        await expect(call(tool, { path, ...input })).rejects.toThrow(`${path} is not a plain file`)
    },
  )
})

describe('what is not UTF-8', () => {
  const latin = Buffer.from('caf\xe9 = 1\n', 'latin1')

  test('is not shown garbled, and not written back changed', async () => {
    await writeFile(join(workspace.directory, 'a.js'), latin)
    await expect(call(createReadFile(workspace.directory, {}), { path: 'a.js' })).rejects.toThrow(
      'a.js is not UTF-8 text; use run_shell',
    )
    await expect(
      call(createEditFile(workspace), { path: 'a.js', old_text: '= 1', new_text: '= 2' }),
    ).rejects.toThrow('not UTF-8')
    expect(await readFile(join(workspace.directory, 'a.js'))).toEqual(latin)
  })

  test('is not shown as a file of a version', async () => {
    const journal = memoryJournal()
    journal.record({ type: 'version.committed', version })
    const tool = createReadVersion(
      { diff: async () => '', readFile: async () => latin.toString() },
      journal.state,
    )
    await expect(call(tool, { version: 0, path: 'a.js' })).rejects.toThrow('not UTF-8')
  })

  test('a byte order mark survives an edit', async () => {
    await put('a.js', '\ufefflet a = 1\n')
    await call(createEditFile(workspace), { path: 'a.js', old_text: '= 1', new_text: '= 2' })
    expect(await get('a.js')).toBe('\ufefflet a = 2\n')
  })
})

describe('read_file', () => {
  test('numbers lines, cuts ranges, says how to go on', async () => {
    await put('a.js', 'one\ntwo\nthree\n')
    const tool = createReadFile(workspace.directory, { '@output/': outputs })
    expect(await call(tool, { path: 'a.js' })).toBe('1\tone\n2\ttwo\n3\tthree')
    expect(await call(tool, { path: 'a.js', from_line: 2, to_line: 2 })).toBe(
      '2\ttwo\n… 1 more lines, go on with from_line=3',
    )
    expect(await call(tool, { path: 'a.js', from_line: 9 })).toBe('The file has 3 lines.')
  })
})

describe('edit_file', () => {
  test('replaces a text that occurs once, and takes it literally', async () => {
    await put('a.js', 'let a = 1\nlet b = 2\n')
    await call(createEditFile(workspace), { path: 'a.js', old_text: 'b = 2', new_text: '$& = $1' })
    expect(await get('a.js')).toBe('let a = 1\nlet $& = $1\n')
  })

  test('says at which lines a text occurs that is not unique, and changes nothing', async () => {
    await put('a.js', 'x\ny\nx\n')
    await expect(
      call(createEditFile(workspace), { path: 'a.js', old_text: 'x', new_text: 'z' }),
    ).rejects.toThrow('occurs 2 times in a.js, at lines 1, 3')
    expect(await get('a.js')).toBe('x\ny\nx\n')
  })

  test('finds the line when only the white space is wrong', async () => {
    await put('a.js', 'if (x) {\n\treturn 1\n}\n')
    await expect(
      call(createEditFile(workspace), { path: 'a.js', old_text: '    return 1', new_text: 'return 2' }),
    ).rejects.toThrow('other white space at line 2')
  })
})

test('write_file makes folders and says what is not part of the solution', async () => {
  const tool = createWriteFile(workspace)
  expect(await call(tool, { path: 'deep/er/a.js', content: 'x\n' })).toBe('Wrote 1 line to deep/er/a.js.')
  expect(await call(tool, { path: 'scratch.txt', content: 'x' })).toContain('not part of the solution')
})

test('list_files marks what is not part of the solution and leaves git out', async () => {
  await mkdir(join(workspace.directory, '.git'))
  await put('.git/HEAD', 'ref')
  await put('b.js', '')
  await put('notes.md', '')
  expect(await call(createListFiles(workspace), {})).toBe('b.js\nnotes.md (not in the solution)')
})

test('search_files finds lines, and a pattern is never an option', async () => {
  await put('a.js', 'alpha\n--version\n')
  const tool = createSearchFiles(workspace.directory, createProcessSandbox())
  expect(await call(tool, { pattern: 'al.ha' })).toContain('a.js:1:alpha')
  expect(await call(tool, { pattern: '--version' })).toContain('a.js:2:--version')
  expect(await call(tool, { pattern: 'omega' })).toBe('No line matches.')
  await expect(call(tool, { pattern: '(' })).rejects.toThrow()
})

describe('run_shell', () => {
  const shell = (): Tool => createRunShell(workspace.directory, outputs, createProcessSandbox())

  test('gives exit status and output', async () => {
    await put('a.js', '')
    expect(await call(shell(), { command: 'ls; echo oops >&2; exit 3' })).toMatch(
      /^Exit status 3 after .*\n.*a\.js\noops$/s,
    )
  })

  test('keeps a long output in a file that read_file reads', async () => {
    const text = await call(shell(), { command: 'seq 1 20000' })
    const kept = /read_file (@output\S+) has/.exec(text)?.[1]
    expect(text.length).toBeLessThan(20_000)
    expect(
      await call(createReadFile(workspace.directory, { '@output/': outputs }), {
        path: kept,
        from_line: 12_345,
        to_line: 12_345,
      }),
    ).toContain('12345\t12345')
  })

  test('keeps the last fifty outputs, and only what was left out of an answer', async () => {
    await call(shell(), { command: 'echo short' })
    expect(await readdir(outputs)).toEqual([])
    for (let number = 1; number <= 60; number++) await writeFile(join(outputs, `${number}.txt`), '')
    expect(await call(shell(), { command: 'seq 1 20000' })).toContain('@output/61.txt')
    const numbers = (await readdir(outputs)).map((name) => Number.parseInt(name, 10))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 12))
  })

  test('ends what runs too long', async () => {
    expect(await call(shell(), { command: 'sleep 60', timeout_seconds: 1 })).toContain('the time was up')
  })

  test('does not see the keys of the harness', async () => {
    process.env['AVO_TEST_API_KEY'] = 'sk-secret'
    try {
      expect(await call(shell(), { command: 'env' })).not.toContain('sk-secret')
    } finally {
      delete process.env['AVO_TEST_API_KEY']
    }
  })
})

describe('submit', () => {
  const documents = ['knowledge-base/caches.md', 'avo/numpy.md'].map((document) => ({ document, title: '' }))
  const submitOf = (tree: string, { state }: Pick<Journal, 'state'>) =>
    createSubmit({
      snapshot: async () => tree,
      state,
      knowledge: { list: async () => documents },
      readded: { before: async () => null },
      isLastTurn: () => false,
    })

  test('refuses what is a version already, and what the gate has rejected', async () => {
    const journal = memoryJournal()
    journal.record({ type: 'version.committed', version })
    await expect(call(submitOf('seed', journal), { summary: 'x' })).rejects.toThrow('the same as v0')

    const submitSlow = submitOf('slow', journal)
    journal.record({ type: 'attempt.started', attempt: 1 })
    expect((await submitSlow.prepare({ summary: 'x' }).run(never)).submitted).toEqual({
      tree: 'slow',
      summary: 'x',
    })
    journal.record({ type: 'solution.submitted', attempt: 1, solution: { tree: 'slow', summary: 'x' } })
    journal.record({ type: 'candidate.rejected', attempt: 1, reason: '-3% against v0' })
    await expect(call(submitSlow, { summary: 'again' })).rejects.toThrow('the verdict stands: -3% against v0')
  })

  test('keeps the documents that helped, each once and by name, and answers names that are none', async () => {
    const tool = submitOf('new', memoryJournal())
    const submit = (cited: readonly string[]) => tool.prepare({ summary: 'x', documents: cited }).run(never)

    const cited = ['avo/numpy.md:12-40', 'knowledge-base/caches.md', 'avo/numpy.md']
    expect((await submit(cited)).submitted).toEqual({
      tree: 'new',
      summary: 'x',
      documents: ['avo/numpy.md', 'knowledge-base/caches.md'],
    })
    expect((await submit([])).submitted).toEqual({ tree: 'new', summary: 'x' })
    await expect(submit(['avo/numpy.md', 'numpy'])).rejects.toThrow('the knowledge base has no numpy: submit')
  })
})
