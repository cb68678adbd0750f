/** Numbers that are structure far more often than tuning: an index, a step, a half. */
const STRUCTURAL = new Set([0, 1, 2])
const DECIMAL = /^(0|[1-9][\d_']*)(\.\d*)?([eE][+-]?\d+)?([a-zA-Z]\w*)?$/

/**
 * Other values to try in place of a decimal number literal, as source text: an integer's double, half and neighbours,
 * a fraction's double, half and ±10%. Its suffix stays. Empty for hexadecimal and the like, and for 0, 1 and 2.
 */
export function perturb(literal: string): readonly string[] {
  const [, integer, fraction = '', exponent = '', suffix = ''] = DECIMAL.exec(literal) ?? []
  if (integer === undefined) return []
  const value = Number(integer.replaceAll(/[_']/g, '') + fraction + exponent)
  if (!Number.isFinite(value) || STRUCTURAL.has(value)) return []
  const isInteger = fraction === '' && exponent === ''
  const values = isInteger
    ? [value * 2, Math.round(value / 2), value + 1, value - 1].map(String)
    : [value * 2, value / 2, value * 1.1, value * 0.9].map(renderFraction)
  return [...new Set(values)].map((text) => text + suffix)
}

/** Short, and still a fraction to languages that tell 2 from 2.0. */
function renderFraction(value: number): string {
  const text = String(Number(value.toPrecision(6)))
  return /[.e]/.test(text) ? text : `${text}.0`
}
