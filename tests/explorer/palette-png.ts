import { crc32, deflateSync } from 'node:zlib'
import type { Page } from 'playwright-core'

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** Steps of a colour channel, the finest first, until the picture has no more colours than a palette holds. */
const STEPS = [8, 17, 34, 51] as const
const MOST_COLOURS = 256

/**
 * A screenshot with a palette instead of true colours: a page of text takes a third of the bytes.
 *
 * @param page any page, to unpack it with
 */
export async function toPalettePng(page: Page, png: Buffer): Promise<Buffer> {
  const { width, pixels } = await readPixels(page, png)
  for (const step of STEPS) {
    const colours = new Map<number, number>()
    const indices = Buffer.alloc(pixels.length / 4)
    for (let at = 0; at < indices.length; at++) {
      const [red, green, blue] = [0, 1, 2].map((channel) =>
        Math.min(255, Math.round((pixels[4 * at + channel] ?? 0) / step) * step),
      )
      const colour = ((red ?? 0) << 16) | ((green ?? 0) << 8) | (blue ?? 0)
      const index = colours.get(colour) ?? colours.size
      if (index === colours.size) colours.set(colour, index)
      indices[at] = index
    }
    if (colours.size <= MOST_COLOURS) return encode(width, indices, [...colours.keys()])
  }
  return png
}

async function readPixels(
  page: Page,
  png: Buffer,
): Promise<{ readonly width: number; readonly pixels: Buffer }> {
  const { width, data }: { width: number; data: string } = await page.evaluate(`(async () => {
    const image = await createImageBitmap(await (await fetch('data:image/png;base64,${png.toString('base64')}')).blob())
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d')
    pen.drawImage(image, 0, 0)
    const { data } = pen.getImageData(0, 0, image.width, image.height)
    let text = ''
    for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192))
    return { width: image.width, data: btoa(text) }
  })()`)
  return { width, pixels: Buffer.from(data, 'base64') }
}

function encode(width: number, indices: Buffer, colours: readonly number[]): Buffer {
  const height = indices.length / width
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  const palette = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))
  // Each line begins with the number of its filter: none.
  const lines = Array.from({ length: height }, (_, line) => [
    Buffer.from([0]),
    indices.subarray(line * width, (line + 1) * width),
  ])
  const data = deflateSync(Buffer.concat(lines.flat()), { level: 9 })
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}
