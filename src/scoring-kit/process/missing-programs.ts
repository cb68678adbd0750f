/** Packages of Debian and Ubuntu that bring a program, where they have another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  cc: 'gcc',
  'c++': 'g++',
  'clang++': 'clang',
  ld: 'binutils',
  nvcc: 'nvidia-cuda-toolkit',
  ninja: 'ninja-build',
  cargo: 'cargo',
  go: 'golang',
  javac: 'default-jdk',
  node: 'nodejs',
}
/** What Homebrew calls them; it has no CUDA. */
const FORMULAE: Readonly<Record<string, string>> = {
  cc: 'gcc',
  iverilog: 'icarus-verilog',
  python3: 'python',
  clang: 'llvm',
  'clang++': 'llvm',
}

/** What to say about programs that a task can't do without. Of the names of each, one would do. */
export function describeMissing(missing: readonly (readonly string[])[]): {
  readonly message: string
  readonly hint: string
} {
  const names = missing.map((alternatives) => alternatives.join(' or '))
  const first = missing.flatMap(([name = '']) => (name === '' ? [] : [name]))
  const command =
    process.platform === 'darwin'
      ? `brew install ${unique(first.map((name) => FORMULAE[name] ?? name))}`
      : `apt-get install ${unique(first.map((name) => PACKAGES[name] ?? name))}`
  return {
    message: `${names.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed where candidates run`,
    hint: `Install it: ${command}. In a container, the image must have it.`,
  }
}

function unique(words: readonly string[]): string {
  return [...new Set(words)].join(' ')
}
