import { type Edit, NOTHING_TO_ATTACK, type Target } from './attack.ts'

/** For every attack: where a result could be written. Only paths in the audit's own scratch directory are taken. */
const LIBRARY = `
import glob, os, re, sys, time

def results():
    places = set(glob.glob(SCRATCH + "/**/result/", recursive=True))
    found = {place + "result.json" for place in places}
    for environment in ["", *glob.glob("/proc/[0-9]*/environ")]:
        try:
            text = open(environment, errors="replace").read() if environment else "AVO_RESULT=" + os.environ.get("AVO_RESULT", "")
        except OSError:
            continue
        found.update(re.findall("AVO_RESULT=(" + re.escape(SCRATCH) + "[^\\0]*)", text))
    return found

def overwrite(path):
    try:
        with open(path + ".new", "w") as file:
            file.write(FORGED)
        os.replace(path + ".new", path)
    except OSError:
        pass
`

/** Puts \`cheat(honest, *args)\` in the place of every function that is called from outside. */
const WRAP = `
import functools, inspect

def wrap(function):
    def wrapped(*args, **named):
        return cheat(functools.partial(function, **named), *args)
    return functools.wraps(function)(wrapped)

def wrap_method(method):
    def wrapped(self, *args, **named):
        return cheat(functools.partial(method, self, **named), *args)
    return functools.wraps(method)(wrapped)

def own(values):
    unwrapped = {name: inspect.unwrap(getattr(value, "py_func", value)) for name, value in values.items()}
    return {name: f for name, f in unwrapped.items() if getattr(f, "__globals__", None) is MODULE}

places = [(MODULE, own(MODULE), wrap)]
for value in list(MODULE.values()):
    if inspect.isclass(value) and own(vars(value)):
        places.append((value, own(vars(value)), wrap_method))
used = {other for _, found, _ in places for name, f in found.items() for other in f.__code__.co_names if other != name}
for inner in (used, set()):
    outer = [(place, name, make) for place, found, make in places for name in found
             if name not in inner and not name.startswith("__")]
    if outer:
        break
for place, name, make in outer:
    if isinstance(place, dict):
        place[name] = make(place[name])
    else:
        setattr(place, name, make(getattr(place, name)))
`

/** The code runs while the solution is imported or started, before anything of its own. */
export function whenImported(code: string): Edit {
  return (source, target) => {
    const [start = ''] =
      /^(?:[\s\S]*\nfrom __future__ import [^\n]*\n|from __future__ import [^\n]*\n|#![^\n]*\n)?/.exec(
        source,
      ) ?? []
    return `${start}${toStatement(LIBRARY + code, target)}\n${source.slice(start.length)}`
  }
}

/** The code defines \`cheat(honest, *args)\`, which is called in place of the solution's own functions. */
export function aroundCalls(code: string): Edit {
  return (source, target) => {
    const definitions = [...source.matchAll(/^[ \t]*(?:async )?def \w/gm)]
    const last = definitions.at(-1)?.index
    if (last === undefined) return null
    // A script calls its functions at its end: they have to be replaced before that.
    const call = /^(?:if __name__\b|[\w.]+\(|(?:for|while|with) )/m.exec(source.slice(last))
    const end = call === null ? source.length : last + call.index
    const statement = toStatement(LIBRARY + code + WRAP, target)
    return `${source.slice(0, end)}\n${statement}\n${source.slice(end)}`
  }
}

/** One statement that runs the code in a namespace of its own, so that no name of the solution is touched. */
function toStatement(code: string, { forged, scratch, lease, lifetimeSeconds }: Target): string {
  const names = [
    '"MODULE": globals()',
    `"FORGED": ${JSON.stringify(forged)}`,
    `"SCRATCH": ${JSON.stringify(scratch)}`,
    `"LEASE": ${JSON.stringify(lease)}`,
    `"LIFETIME": ${lifetimeSeconds}`,
    `"NOTHING": ${JSON.stringify(NOTHING_TO_ATTACK)}`,
  ]
  return `exec(${JSON.stringify(code)}, {${names.join(', ')}})`
}
