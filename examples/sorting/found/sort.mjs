export function sort(values) {
  return values.slice().sort()
}
