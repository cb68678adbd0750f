import { expect, test } from 'vitest'
import { childEnvironment } from '../../src/sandbox/child-environment.ts'

test('only what toolchains need passes', () => {
  const own = {
    PATH: '/bin',
    LC_ALL: 'C.UTF-8',
    CUDA_VISIBLE_DEVICES: '0',
    PYENV_VERSION: '3.12',
    PATHOLOGY: 'x',
    NODE_OPTIONS: '--require /tmp/x.js',
    LD_PRELOAD: '/tmp/x.so',
    GITHUB_TOKEN: 'x',
    HOME: undefined,
  }
  expect(Object.keys(childEnvironment({}, own))).toEqual([
    'PATH',
    'LC_ALL',
    'CUDA_VISIBLE_DEVICES',
    'PYENV_VERSION',
  ])
})

test('an allowed name that speaks of a secret does not pass', () => {
  const own = {
    CUDA_LICENSE_KEY: 'x',
    CONDA_TOKEN: 'x',
    NVIDIA_PASSWORD: 'x',
    JULIA_PKG_CREDENTIALS: 'x',
    NVM_AUTH: 'x',
  }
  expect(childEnvironment({}, own)).toEqual({})
})

test('what the caller adds passes, and wins', () => {
  expect(childEnvironment({ PATH: '/mine', HF_TOKEN: 'given' }, { PATH: '/bin' })).toEqual({
    PATH: '/mine',
    HF_TOKEN: 'given',
  })
})
