import { childText } from './fields.ts'
import { type BodyProblem, BodyRefusal, readBody } from './read-body.ts'

/** How an object is to be encrypted. */
export interface ObjectEncryption {
  /** As in the header `x-amz-server-side-encryption`. */
  readonly algorithm: string
  readonly keyId: string | undefined
}

const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ['SSES3', 'AES256'],
  ['SSEKMS', 'aws:kms'],
])

/**
 * Reads an `ObjectEncryption` document.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
 */
export function parseObjectEncryption(bytes: Uint8Array): ObjectEncryption | BodyProblem {
  return readBody(bytes, 'ObjectEncryption', (root) => {
    const [method, ...more] = root.children
    const algorithm = method === undefined ? undefined : ALGORITHMS.get(method.name)
    if (method === undefined || algorithm === undefined || more.length > 0) throw new BodyRefusal('encryption')
    return { algorithm, keyId: childText(method, 'KMSKeyArn') }
  })
}
