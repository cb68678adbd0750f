/** The kernel's numbers for architectures, with that of `add_key`: `request_key` and `keyctl` follow it on every one. */
const ARCHITECTURES: readonly (readonly [architecture: number, addKey: number])[] = [
  [0xc000003e, 248], // x86-64, x32 included
  [0x40000003, 286], // x86
  [0xc00000b7, 217], // arm64
  [0x40000028, 309], // arm
  [0xc00000f3, 217], // riscv64
  [0xc0000015, 269], // ppc64le
]
const X32_BIT = 0x40000000

/** The instructions of a filter, by what they do with the one register that there is. */
const LOAD = 0x20
const AND = 0x54
const IF_EQUAL = 0x15
const IF_GREATER = 0x25
const IF_AT_LEAST = 0x35
const RETURN = 0x06

/** Where a filter finds them. */
const NUMBER_OF_CALL = 0
const ARCHITECTURE = 4

const ALLOW = 0x7fff0000
/** As if the kernel had been built without keys: programs know what to do then. */
const REFUSE = 0x00050000 | 38

/**
 * A filter of system calls, in the kernel's own form: keys that it holds are out of reach. They belong to a login and to no
 * namespace, so a sandbox would show the person's keys to a command, and one command's to the next.
 */
export function makeSystemCallFilter(): Uint8Array {
  const perArchitecture = ARCHITECTURES.flatMap(([architecture, addKey]) => [
    instruction(IF_EQUAL, architecture, 0, 6),
    instruction(LOAD, NUMBER_OF_CALL),
    instruction(AND, ~X32_BIT),
    instruction(IF_AT_LEAST, addKey, 0, 1),
    instruction(IF_GREATER, addKey + 2, 0, 1),
    instruction(RETURN, ALLOW),
    instruction(RETURN, REFUSE),
  ])
  return Buffer.concat([instruction(LOAD, ARCHITECTURE), ...perArchitecture, instruction(RETURN, ALLOW)])
}

/** `skipIf` and `skipElse`: how many of the instructions behind it a condition leaves out. */
function instruction(code: number, operand: number, skipIf = 0, skipElse = 0): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code, 0)
  bytes.writeUInt8(skipIf, 2)
  bytes.writeUInt8(skipElse, 3)
  bytes.writeUInt32LE(operand >>> 0, 4)
  return bytes
}
