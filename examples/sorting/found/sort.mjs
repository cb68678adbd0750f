/**
 * The numbers in ascending order, in a new array; `values` stays as it is.
 *
 * @param {Float64Array} values finite or infinite, never NaN
 * @returns {Float64Array}
 */
export function sort(values) {
  const sorted = values.slice()
  for (let i = 1; i < sorted.length; i++) {
    const value = sorted[i]
    let hole = i
    if (sorted[i - 1] <= value) continue
    let low = 0
    while (low < hole) {
      const middle = (low + hole) >> 1
      if (sorted[middle] > value) hole = middle
      else low = middle + 1
    }
    sorted.copyWithin(hole + 1, hole, i)
    sorted[hole] = value
  }
  return sorted
}
