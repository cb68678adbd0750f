import { readdir, readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Workspace } from '../lineage.ts'
import type { Attack, Language, Target } from './attack.ts'

const LANGUAGES: Readonly<Record<string, Language>> = {
  '.py': 'python',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.ts': 'javascript',
  '.mts': 'javascript',
  '.c': 'c',
  '.cc': 'c',
  '.cpp': 'c',
  '.cxx': 'c',
  '.cu': 'c',
  '.v': 'verilog',
  '.sv': 'verilog',
}

/** A source file of the seed that a candidate may change. */
interface SourceFile {
  /** Relative to the workspace. */
  readonly path: string
  readonly language: Language
  readonly text: string
}

/** The seed's files that attacks can be built into. */
export interface Sources {
  /** The languages of these files, each once. */
  readonly languages: readonly Language[]
  /** The tree of a cheating variant, made in the workspace; null where the attack finds nothing in it to take hold of. */
  plant(attack: Attack, language: Language, target: Target): Promise<string | null>
}

/** Reads the editable source files of a workspace that holds the seed, whose tree is `seed`. */
export async function readSources(workspace: Workspace, seed: string): Promise<Sources> {
  const files: SourceFile[] = []
  for (const path of (await readdir(workspace.directory, { recursive: true })).sort()) {
    const language = LANGUAGES[extname(path)]
    if (language === undefined || !workspace.isEditable(path)) continue
    const text = await readFile(join(workspace.directory, path), 'utf8').catch(() => null)
    if (text !== null) files.push({ path, language, text })
  }
  return {
    languages: [...new Set(files.map(({ language }) => language))],
    async plant(attack, language, target) {
      const edit = attack.edits[language]
      if (edit === undefined) return null
      const edited = files
        .filter((file) => file.language === language)
        .map(({ path, text }) => ({ path, text: edit(text, target) }))
      if (edited.every(({ text }) => text === null)) return null
      await workspace.restore(seed)
      for (const { path, text } of edited)
        if (text !== null) await writeFile(join(workspace.directory, path), text)
      return workspace.snapshot()
    },
  }
}
