import { appendFile, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openFileLineage } from '../../src/storage/file-lineage.ts'
import { createTask, describeLineage } from './lineage-suite.ts'
import { record } from './versions.ts'

describeLineage('FileLineage', openFileLineage)

describe('FileLineage', () => {
  it('makes no git repository', async () => {
    const task = await createTask(openFileLineage)
    await task.lineage.commit(await task.plant(), record())
    expect(await readdir(task.workspace)).toEqual(['data', 'solution.py'])
  })

  it('is read without touching the version that a run is just writing', async () => {
    const task = await createTask(openFileLineage)
    await task.lineage.commit(await task.plant(), record())
    const file = join(task.root, '.avo/versions.jsonl')
    await appendFile(file, '{"number":1,"com')
    expect((await task.open()).versions).toHaveLength(1)
    expect(await readFile(file, 'utf8')).toMatch(/\n\{"number":1,"com$/)
  })
})
