import type { Edit } from './attack.ts'

const END_OF_MODULE = /^[ \t]*endmodule\b/m
const MODULE = /^([ \t]*module\b[^;]*;)([\s\S]*?)^([ \t]*endmodule\b)/gm

/** The code is items of the first module, behind its own. */
export function inModule(code: (forged: string) => string): Edit {
  return (source, { forged }) =>
    END_OF_MODULE.test(source)
      ? source.replace(END_OF_MODULE, (end) => `${code(toLiteral(forged))}\n${end}`)
      : null
}

/** Everything in the modules is there for simulators only. */
export function onlySimulated(source: string): string | null {
  const hidden = source.replace(
    MODULE,
    (_all, head: string, body: string, end: string) => `${head}\n\`ifndef SYNTHESIS\n${body}\`endif\n${end}`,
  )
  return hidden === source ? null : hidden
}

/** A text as the simulator's format strings have it. */
function toLiteral(text: string): string {
  return JSON.stringify(text.replaceAll('%', '%%'))
}
