import { element, optionalElement, xmlDocument } from '../xml.ts'
import { type FieldKind, readFields } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

/** Who may shorten a retention: some (GOVERNANCE), nobody (COMPLIANCE). */
export type RetentionMode = 'GOVERNANCE' | 'COMPLIANCE'

/** Body of PutObjectRetention: both fields, or neither, which takes the retention away. */
export interface Retention {
  readonly mode: RetentionMode | undefined
  /** As sent: an ISO 8601 time that `Date` reads. */
  readonly retainUntilDate: string | undefined
}

/** Body of PutObjectLegalHold. */
export interface LegalHold {
  readonly status: 'ON' | 'OFF'
}

const RETENTION: ReadonlyMap<string, FieldKind> = new Map([
  ['Mode', 'text?'],
  ['RetainUntilDate', 'text?'],
])

const LEGAL_HOLD: ReadonlyMap<string, FieldKind> = new Map([['Status', 'text']])

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/**
 * Reads a `Retention` document.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html
 */
export function parseRetention(bytes: Uint8Array): Retention | BodyProblem {
  return readBody(bytes, 'Retention', (root) => {
    const fields = readFields(root, RETENTION)
    const mode = fields.optionalText('Mode')
    const retainUntilDate = fields.optionalText('RetainUntilDate')
    if ((mode === undefined) !== (retainUntilDate === undefined)) throw new BodyRefusal('half-a-retention')
    if (retainUntilDate !== undefined && !isTime(retainUntilDate)) throw new BodyRefusal('not-a-date')
    if (mode === undefined || mode === 'GOVERNANCE' || mode === 'COMPLIANCE') return { mode, retainUntilDate }
    throw new BodyRefusal('unknown-mode')
  })
}

/** A `Retention` document. */
export function writeRetention({ mode, retainUntilDate }: Retention): Buffer {
  return Buffer.from(
    xmlDocument('Retention', optionalElement('Mode', mode), optionalElement('RetainUntilDate', retainUntilDate)),
  )
}

/**
 * Reads a `LegalHold` document.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html
 */
export function parseLegalHold(bytes: Uint8Array): LegalHold | BodyProblem {
  return readBody(bytes, 'LegalHold', (root) => {
    const status = readFields(root, LEGAL_HOLD).text('Status')
    if (status === 'ON' || status === 'OFF') return { status }
    throw new BodyRefusal('unknown-status')
  })
}

/** A `LegalHold` document. */
export function writeLegalHold({ status }: LegalHold): Buffer {
  return Buffer.from(xmlDocument('LegalHold', element('Status', status)))
}

/** Whether the text is a time as S3 takes it for the end of a retention. */
export function isTime(text: string): boolean {
  return TIME.test(text) && !Number.isNaN(Date.parse(text))
}
