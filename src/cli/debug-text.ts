/**
 * The lines of a file that holds a client's debug output, without line ends. Texts are latin1, one character a byte, as
 * header values are everywhere: what is compared is bytes. UTF-16, which PowerShell redirects in, becomes UTF-8 before.
 */
export function debugLines(file: Buffer): readonly string[] {
  return asBytes(file)
    .toString('latin1')
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
}

function asBytes(file: Buffer): Buffer {
  if (file[0] === 0xff && file[1] === 0xfe) return Buffer.from(file.subarray(2).toString('utf16le'), 'utf8')
  if (file[0] === 0xfe && file[1] === 0xff) return Buffer.from(swapped(file.subarray(2)).toString('utf16le'), 'utf8')
  return file[0] === 0xef && file[1] === 0xbb && file[2] === 0xbf ? file.subarray(3) : file
}

function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes.subarray(0, bytes.length - (bytes.length % 2))).swap16()
}

/** The same lines where a program wrote a text of several lines into one: as JSON or Go quote it, or as XML does. */
export function unfolded(lines: readonly string[]): readonly UnfoldedLine[] {
  return lines.flatMap((line, index) =>
    line
      .replaceAll(/\\r\\n|\\n|&#(?:10|xA);/gi, '\n')
      .replaceAll('&amp;', '&')
      .split('\n')
      .map((text) => ({ text, line: index + 1 })),
  )
}

/** A line, and where it stands in the file, from 1 on. */
export interface UnfoldedLine {
  readonly text: string
  readonly line: number
}
