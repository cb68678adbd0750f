/** What a reader of mails takes for the beginning of a patch or for a header, and not for what somebody said. */
const PATCH_BEGINS = /^(?:diff -|Index: |---(?:\s|$))/
const HEADER = /^(?:>?From |(?:from|date|subject|\[patch)\b)/i

/** A commit message that comes out of `git format-patch` and `git am` as it went in: lines that would not are quoted. */
export function disarmMail(message: string): string {
  const [subject = '', ...lines] = message.split('\n')
  const first = lines.findIndex((line) => line.trim() !== '')
  const disarmed = lines.map((line, index) =>
    PATCH_BEGINS.test(line) || (index === first && HEADER.test(line)) ? `> ${line}` : line,
  )
  return [subject, ...disarmed].join('\n')
}
