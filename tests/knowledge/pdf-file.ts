import { deflateSync } from 'node:zlib'

/** A PDF whose pages have these lines; an empty line is a gap. `trailer` is put into its trailer. */
export function createPdf(pages: readonly (readonly string[])[], trailer = ''): Buffer {
  const font = 3 + pages.length * 2
  const kids = pages.map((_, page) => `${3 + page * 2} 0 R`).join(' ')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    ...pages.flatMap((lines, page) => {
      const steps = lines.map((line) => (line === '' ? '0 -40 Td' : `(${line}) Tj 0 -14 Td`))
      const content = `BT /F1 12 Tf 72 720 Td ${steps.join(' ')} ET`
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 ${font} 0 R >> >> /Contents ${4 + page * 2} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ]
    }),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
  ]
  let text = '%PDF-1.4\n'
  const entries = objects.map((object, index) => {
    const at = String(text.length).padStart(10, '0')
    text += `${index + 1} 0 obj\n${object}\nendobj\n`
    return `${at} 00000 n \n`
  })
  const size = `/Size ${objects.length + 1} /Root 1 0 R ${trailer}`
  return Buffer.from(
    `${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}trailer\n<< ${size} >>\nstartxref\n${text.length}\n%%EOF\n`,
    'latin1',
  )
}

const ZEROS = `<${'0'.repeat(64)}>`

/** One that asks for a password. */
export const ENCRYPTED_PDF = createPdf(
  [['secret']],
  `/ID [<00> <00>] /Encrypt << /Filter /Standard /V 1 /R 2 /O ${ZEROS} /U ${ZEROS} /P -4 >>`,
)

/** One of a single page whose content is packed. */
export function createPackedPdf(content: string): Buffer {
  const packed = deflateSync(content)
  const head = [
    '%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n',
    '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n',
    '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Resources << >> /Contents 4 0 R >>\nendobj\n',
    `4 0 obj\n<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`,
  ]
  const tail = '\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n'
  return Buffer.concat([Buffer.from(head.join('')), packed, Buffer.from(tail)])
}
