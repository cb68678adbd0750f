import { type Edit, NOTHING_TO_ATTACK, type Target } from './attack.ts'

/** For every attack: where a result could be written. Only paths in the audit's own scratch directory are taken. */
const LIBRARY = `
const fs = process.getBuiltinModule('node:fs')
const path = process.getBuiltinModule('node:path')
const quietly = (work, otherwise) => { try { return work() } catch { return otherwise } }

function results() {
  const directories = quietly(() => fs.readdirSync(SCRATCH, { recursive: true }), [])
  const found = directories.filter((name) => path.basename(name) === 'result').map((name) => path.join(SCRATCH, name, 'result.json'))
  const processes = quietly(() => fs.readdirSync('/proc'), []).filter((name) => /^\\d+$/.test(name))
  const environments = processes.map((id) => quietly(() => fs.readFileSync('/proc/' + id + '/environ', 'utf8'), ''))
  for (const text of ['AVO_RESULT=' + process.env.AVO_RESULT, ...environments])
    for (const entry of text.split('\\0')) if (entry.startsWith('AVO_RESULT=' + SCRATCH)) found.push(entry.slice(11))
  return [...new Set(found)]
}

const overwrite = (path) => quietly(() => { fs.writeFileSync(path + '.new', FORGED); fs.renameSync(path + '.new', path) })
`

/** Puts `cheat(honest, ...args)` in the place of whatever can be called from outside. */
const WRAP = `
function wrap(value) {
  if (typeof value === 'function' && /^class\\b/.test(Function.prototype.toString.call(value))) {
    for (const name of Object.getOwnPropertyNames(value.prototype))
      if (name !== 'constructor') value.prototype[name] = wrap(value.prototype[name])
    return value
  }
  if (typeof value === 'function') return function (...args) { return cheat(value.bind(this), ...args) }
  if (Object.getPrototypeOf(Object(value)) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, wrap(inner)]))
  return value
}
`

/** The code runs while the solution is imported or started, before anything of its own. */
export function whenImported(code: string): Edit {
  return (source, target) => {
    const [start = ''] = /^(?:#![^\n]*\n)?/.exec(source) ?? []
    return `${start}// @ts-nocheck\n{\n${constants(source, target)}${LIBRARY}${code}\n}\n${source.slice(start.length)}`
  }
}

/** The code defines `cheat(honest, ...args)`, which is called in place of what the solution exports. */
export function aroundCalls(code: string): Edit {
  return (source, target) => {
    const { body, names } = takeExports(source)
    const isModule = names.size > 0
    if (!isModule && !/\bmodule\.exports\b|^exports\.\w/m.test(source)) return null
    const wrapper = `const avoWrap = (() => {\n${constants(source, target)}${LIBRARY}${code}${WRAP}return wrap\n})()`
    const exports = isModule
      ? [...names].map(
          ([name, local]) => `const avo_${name} = avoWrap(${local}); export { avo_${name} as ${name} }`,
        )
      : ['module.exports = avoWrap(module.exports)']
    return [`// @ts-nocheck\n${body}`, wrapper, ...exports, ''].join('\n')
  }
}

const DECLARED = String.raw`(?:async\s+)?function\s*\*?\s*([\w$]+)|class\s+([\w$]+)`

/** A module's text without its exports, and what it exported: from the name outside to the name inside. */
function takeExports(source: string): { readonly body: string; readonly names: ReadonlyMap<string, string> } {
  const names = new Map<string, string>()
  const body = source
    .replace(new RegExp(`^export\\s+default\\s+(?=${DECLARED})`, 'm'), (_, fn?: string, type?: string) => {
      names.set('default', fn ?? type ?? '')
      return ''
    })
    .replace(/^export\s+default\s+/m, () => {
      names.set('default', 'avoDefault')
      return 'const avoDefault = '
    })
    .replace(
      new RegExp(`^export\\s+(?=${DECLARED}|(?:const|let|var)\\s+([\\w$]+))`, 'gm'),
      (_, fn?: string, type?: string, variable?: string) => {
        const name = fn ?? type ?? variable ?? ''
        names.set(name, name)
        return ''
      },
    )
    .replace(/^export\s*\{([^}]*)\}(?!\s*from)/gm, (_, list: string) => {
      for (const entry of list.split(',').map((text) => text.trim())) {
        const [local = '', exported = local] = entry.split(/\s+as\s+/)
        if (local !== '' && !local.startsWith('type ')) names.set(exported, local)
      }
      return ''
    })
  return { body, names }
}

function constants(source: string, { forged, scratch, lease, lifetimeSeconds }: Target): string {
  const here = /^(?:import|export)\b/m.test(source)
    ? 'import.meta.dirname'
    : "typeof __dirname === 'string' ? __dirname : process.argv[1].replace(/[^/]*$/, '')"
  return [
    `const FORGED = ${JSON.stringify(forged)}, SCRATCH = ${JSON.stringify(scratch)}`,
    `const LEASE = ${JSON.stringify(lease)}`,
    `const LIFETIME = ${lifetimeSeconds}, NOTHING = ${JSON.stringify(NOTHING_TO_ATTACK)}`,
    `const HERE = ${here}`,
  ].join('\n')
}
