import type { PublicAccessBlock } from '../public-access-block.ts'
import { element, xmlDocument } from '../xml.ts'
import { type FieldKind, readBoolean, readFields } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

const ROOT = 'PublicAccessBlockConfiguration'
const FIELDS = [
  ['BlockPublicAcls', 'blockPublicAcls'],
  ['IgnorePublicAcls', 'ignorePublicAcls'],
  ['BlockPublicPolicy', 'blockPublicPolicy'],
  ['RestrictPublicBuckets', 'restrictPublicBuckets'],
] as const
const KINDS: ReadonlyMap<string, FieldKind> = new Map(FIELDS.map(([name]) => [name, 'text?'] as const))

/**
 * Reads a `PublicAccessBlockConfiguration`. What it leaves out is off.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutPublicAccessBlock.html
 */
export function parsePublicAccessBlock(bytes: Uint8Array): PublicAccessBlock | BodyProblem {
  if (bytes.byteLength === 0) return { problem: 'empty', code: 'MissingRequestBodyError' }
  return readBody(bytes, ROOT, (root) => {
    const fields = readFields(root, KINDS)
    const isOn = (name: string): boolean => {
      const text = fields.optionalText(name)
      if (text === '') throw new BodyRefusal('not-a-boolean')
      return readBoolean(text)
    }
    return {
      blockPublicAcls: isOn('BlockPublicAcls'),
      ignorePublicAcls: isOn('IgnorePublicAcls'),
      blockPublicPolicy: isOn('BlockPublicPolicy'),
      restrictPublicBuckets: isOn('RestrictPublicBuckets'),
    }
  })
}

/** The answer to GetPublicAccessBlock. */
export function writePublicAccessBlock(block: PublicAccessBlock): Buffer {
  return Buffer.from(
    xmlDocument(
      ROOT,
      FIELDS.map(([name, field]) => element(name, String(block[field]))),
    ),
  )
}

/** The answer to GetBucketPolicyStatus. */
export function writePolicyStatus(status: 'public' | 'not-public'): Buffer {
  return Buffer.from(xmlDocument('PolicyStatus', element('IsPublic', String(status === 'public'))))
}
