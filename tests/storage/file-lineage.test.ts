import { readdir } from 'node:fs/promises'
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
})
