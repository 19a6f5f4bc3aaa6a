import { createSecretKey } from 'node:crypto'
import { BodyVerifier, type Verification } from '../../src/payload/body-verifier.ts'
import { S3Error } from '../../src/s3/errors.ts'
import { fault, type FuzzTarget, inVariedPieces, type Verdict } from './fuzz-target.ts'
import { mutated, wordsOf } from './mutate.ts'
import { Random } from './random.ts'
import { type ChunkedForm, decodedByOthers, framed, type ReferenceSeed } from './reference-chunks.ts'

const KEY = Buffer.alloc(32, 7)
const SEED: ReferenceSeed = {
  signature: 'f0'.repeat(32),
  timestamp: '20261126T090000Z',
  scope: '20261126/eu-test-1/s3/aws4_request',
  key: KEY,
}
const SCOPE = { date: '20261126', region: 'eu-test-1', service: 's3' }
const SIGNING_KEY = createSecretKey(KEY)

interface Base extends ChunkedForm {
  readonly text: string
  /** Where lines of the framing begin: changes there find more than changes within the data. */
  readonly marks: readonly number[]
}

const filler = (size: number): Buffer => Buffer.from(Array.from({ length: size }, (_, i) => (i * 31) & 0xff))
/** The last two have chunks that are too small and are refused. */
const SIZES: readonly (readonly number[])[] = [
  [],
  [1],
  [20],
  [300],
  [8192, 1],
  [8192, 8192, 40],
  [9000, 5],
  [20, 30],
  [8191, 1],
]
const FORMS: readonly Pick<ChunkedForm, 'signed' | 'trailer'>[] = [
  { signed: false, trailer: 'x-amz-checksum-crc32' },
  { signed: false, trailer: 'x-amz-checksum-sha256' },
  { signed: false, trailer: undefined },
  { signed: true, trailer: undefined },
  { signed: true, trailer: 'x-amz-checksum-crc32' },
]
const SPELLINGS: readonly ((size: number) => string)[] = [
  (size) => size.toString(16),
  (size) => ` ${size.toString(16).toUpperCase().padStart(8, '0')} `,
]

const BASES: readonly [Base, ...Base[]] = bases()

function bases(): [Base, ...Base[]] {
  const all = FORMS.flatMap((form) =>
    SIZES.flatMap((sizes) =>
      SPELLINGS.map((spell, i) => baseOf(form, sizes, { seed: SEED, spell, trailerEnd: i === 0 ? '\r\n' : '\n\r\n' })),
    ),
  )
  const [first, ...rest] = all
  if (first === undefined) throw new Error('no forms')
  return [first, ...rest]
}

function baseOf(
  kind: Pick<ChunkedForm, 'signed' | 'trailer'>,
  sizes: readonly number[],
  writing: Parameters<typeof framed>[2],
): Base {
  const chunks = sizes.map(filler)
  const form = { ...kind, decodedLength: sizes.reduce((sum, size) => sum + size, 0) }
  const text = framed(chunks, form, writing).toString('latin1')
  const marks = [...text.matchAll(/\r\n|chunk-signature=|x-amz-/g)].map(({ index }) => index)
  return { ...form, text, marks: [0, ...marks, text.length] }
}

const WORDS = wordsOf(
  '\r\n0\r\n\r\n ◊ 0\r\n ◊ \r\n ◊ ;chunk-signature= ◊ 1\r\nx\r\n ◊ 2000\r\n ◊ x-amz-checksum-crc32: ◊ ;x=y',
  'x-amz-trailer-signature: ◊ ffffffffffffffff ◊ \n\r\n ◊ x:y\r\n ◊ -1 ◊  ',
  `;chunk-signature=${'0'.repeat(64)}`,
)

/** Most changes near a line of the framing: a window around it is changed, the rest stays. */
function changed({ text, marks }: Base, random: Random): string {
  if (random.oneIn(4)) return mutated(text, random, WORDS)
  const mark = random.pick(marks) ?? 0
  const [from, to] = [Math.max(0, mark - random.below(24)), Math.min(text.length, mark + 1 + random.below(100))]
  return text.slice(0, from) + mutated(text.slice(from, to), random, WORDS) + text.slice(to)
}

interface Outcome {
  readonly code: string
  readonly released: Buffer
}

function verify(pieces: readonly Buffer[], plan: Verification): Outcome {
  const verifier = new BodyVerifier(plan)
  const released: Buffer[] = []
  try {
    for (const piece of pieces) released.push(...verifier.push(piece))
    const last = verifier.finish()
    return { code: '', released: Buffer.concat(last === undefined ? released : [...released, last]) }
  } catch (error) {
    if (error instanceof S3Error) return { code: error.code, released: Buffer.concat(released) }
    throw error
  }
}

function planOf({ signed, trailer, decodedLength }: ChunkedForm): Verification {
  const payloadHash = { kind: 'streaming', signed, trailer: trailer !== undefined } as const
  const seed = {
    signature: SEED.signature,
    timestamp: SEED.timestamp,
    scope: SCOPE,
    signingKey: SIGNING_KEY,
    payloadHash,
  }
  const algorithm = trailer === undefined ? undefined : trailer === 'x-amz-checksum-crc32' ? 'crc32' : 'sha256'
  return {
    decoder: { kind: 'aws-chunked', seed: signed ? seed : undefined, trailer: trailer !== undefined },
    checks: { sha256: undefined, md5: undefined, checksum: undefined, trailer: algorithm },
    decodedLength,
  }
}

/** Bodies in aws-chunked framing, through decoder and verifier, in pieces of any size. */
export const CHUNKS_TARGET: FuzzTarget = {
  name: 'chunks',
  share: 22,
  make(random) {
    const base = random.below(BASES.length)
    const chosen = BASES[base] ?? BASES[0]
    const text = random.oneIn(50) ? chosen.text : changed(chosen, random)
    return { text, variant: base + BASES.length * random.below(1 << 20) }
  },
  check({ text, variant }): Verdict {
    const base = BASES[variant % BASES.length] ?? BASES[0]
    const wire = Buffer.from(text, 'latin1')
    const plan = planOf(base)
    const whole = verify([wire], plan)
    const pieces = inVariedPieces(wire, new Random(variant))
    const parted = verify(pieces, plan)
    if (whole.code !== parted.code) {
      return fault(
        `pieces: whole ${whole.code}, in pieces of ${pieces.map(({ length }) => length).join()} ${parted.code}`,
      )
    }
    const expected = decodedByOthers(wire, base, SEED)
    if (expected === undefined) {
      if (whole.code === '') return fault('accepted: a body that another reader refuses')
      const isWhole = [whole, parted].some(({ released }) => released.length >= Math.max(1, base.decodedLength))
      return isWhole ? fault(`released: all of a body that ends as ${whole.code}`) : 'refused'
    }
    if (whole.code !== '') return fault(`refused: ${whole.code} for a body that another reader accepts`)
    const isSame = [whole, parted].every(({ released }) => released.equals(expected))
    return isSame ? 'accepted' : fault('data: other bytes than another reader gets')
  },
}
