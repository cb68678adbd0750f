#!/usr/bin/env -S node --optimize-for-size
// What is imported here is read by whatever Node there is: nothing that an old one chokes on.
import { EXIT_CODES } from '../errors.ts'
import { findNodeProblem } from './node-version.ts'

const problem = findNodeProblem(process.versions.node)
if (problem === null) {
  await import('./program.ts')
} else {
  process.stderr.write(problem)
  process.exitCode = EXIT_CODES.environment
}
