/**
 * The numbers in ascending order, in a new array; `values` stays as it is.
 *
 * @param {Float64Array} values finite or infinite, never NaN
 * @returns {Float64Array}
 */
export function sort(values) {
  const sorted = values.slice()
  for (let pass = 0; pass < sorted.length; pass++) {
    for (let i = 0; i < sorted.length - 1; i++) {
      if (sorted[i] > sorted[i + 1]) {
        const held = sorted[i]
        sorted[i] = sorted[i + 1]
        sorted[i + 1] = held
      }
    }
  }
  return sorted
}
