import { LateAnswer } from '../../src/s3/late-answer.ts'
import { fault, type FuzzTarget, inVariedPieces, type Verdict } from './fuzz-target.ts'
import { mutated } from './mutate.ts'
import { Random } from './random.ts'
import { OF_KEYS, readByOthers } from './reference-xml.ts'
import { XML_WORDS } from './xml-documents.ts'

const SEEDS: readonly string[] = [
  '<?xml version="1.0" encoding="UTF-8"?>\n<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>',
  `<?xml version="1.0"?>\n${' '.repeat(60)}<Error><Code>InternalError</Code><Message>words of the backend</Message></Error>`,
  `${' \r\n'.repeat(20)}<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>`,
  '<Error><Code>SlowDown</Code><Message>words of the backend</Message></Error>',
  '<CompleteMultipartUploadResult><Location>http://h/\u0000\u00ff</Location><ETag>"e"</ETag></CompleteMultipartUploadResult>',
  '<CompleteMultipartUploadResult><Key>a&#x1;b</Key><ETag>"e"</ETag></CompleteMultipartUploadResult>',
  '   <?xml version="1.0"?><Error><Code>InvalidPart</Code></Error>',
]

const WORDS = [
  ...XML_WORDS,
  '<Error>',
  '</Error>',
  '<Code>NoSuchKey</Code>',
  '<Location>',
  '</Location>',
  ' '.repeat(100),
  '<?xml version="1.0"?>\n',
]

/** What may be shown before the end: blanks and the declaration. */
const HARMLESS = /^[ \t\r\n]*(?:<\?xml[^>]*\?>)?[ \t\r\n]*$/

interface Outcome {
  readonly early: Buffer
  readonly kind: string
  readonly rest: Buffer
}

function taken(pieces: readonly Buffer[]): Outcome {
  const answer = new LateAnswer()
  const early: Buffer[] = []
  for (const piece of pieces) {
    const passed = answer.push(piece)
    if (passed !== undefined) early.push(passed)
  }
  const outcome = answer.finish()
  const rest = outcome.kind === 'result' ? outcome.rest : Buffer.alloc(0)
  const kind = outcome.kind === 'result' ? 'result' : outcome.error.code
  return { early: Buffer.concat(early), kind, rest }
}

/** Answers that begin with 200 and may end as an error. */
export const LATE_TARGET: FuzzTarget = {
  name: 'late',
  share: 2,
  make(random) {
    const seed = random.pick(SEEDS) ?? ''
    return { text: random.oneIn(8) ? seed : mutated(seed, random, WORDS), variant: random.below(1 << 30) }
  },
  check({ text, variant }): Verdict {
    const bytes = Buffer.from(text, 'latin1')
    const [whole, parted] = [taken([bytes]), taken(inVariedPieces(bytes, new Random(variant)))]
    for (const { early } of [whole, parted]) {
      if (!HARMLESS.test(early.toString('latin1'))) return fault(`early: ${JSON.stringify(early.toString('latin1'))}`)
    }
    if (whole.kind !== parted.kind) return fault(`pieces: ${whole.kind} as a whole, ${parted.kind} in pieces`)
    if (whole.kind !== 'result') return 'refused'
    // What stands in the Location is replaced, whatever it is.
    const kept = text.replace(/<Location>[^]*?(<\/Location[\t-\r />])/, '<Location>$1')
    const document = Buffer.from(kept.replace(/^[ \t\r\n]+/, ''), 'latin1')
    const root = readByOthers(document, OF_KEYS)
    if (root === undefined || root.name === 'Error') return fault('accepted: what others take for no result')
    const isAll = [whole, parted].every(({ early, rest }) => Buffer.concat([early, rest]).equals(bytes))
    return isAll ? 'accepted' : fault('bytes: some were lost')
  },
}
