import { randomInt } from 'node:crypto'

/** Numbers that nobody can foresee or have again: the programs are made when the netlist is there and can't change any more. */
export const freshRandom = {
  /** From `low` to `high`, both included. */
  integer: (low, high) => randomInt(low, high + 1),
  pick: (items) => items[randomInt(items.length)],
  shuffle(items) {
    for (let last = items.length - 1; last > 0; last--) {
      const other = randomInt(last + 1)
      ;[items[last], items[other]] = [items[other], items[last]]
    }
    return items
  },
}
