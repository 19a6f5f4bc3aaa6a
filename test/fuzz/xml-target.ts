import { parseAcl, writeAcl } from '../../src/s3/bodies/acl.ts'
import { parseComplete, writeComplete } from '../../src/s3/bodies/complete-multipart.ts'
import { parseCreateBucket, writeCreateBucket } from '../../src/s3/bodies/create-bucket.ts'
import { parseLegalHold, parseRetention, writeLegalHold, writeRetention } from '../../src/s3/bodies/object-lock.ts'
import { parseDelete, writeDelete } from '../../src/s3/bodies/parse-delete.ts'
import { type BodyProblem, isBodyProblem } from '../../src/s3/bodies/read-body.ts'
import { parseTagging, writeTagging } from '../../src/s3/bodies/tagging.ts'
import { elementWith, XSI_NAMESPACE, type XmlFragment } from '../../src/s3/xml.ts'
import { rootOfWellFormed } from '../../src/s3/well-formed.ts'
import { isXmlProblem, readXml, type XmlElement } from '../../src/s3/xml-reader.ts'
import { fault, type FuzzTarget, type Verdict } from './fuzz-target.ts'
import { mutated } from './mutate.ts'
import { type OtherElement, readByOthers } from './reference-xml.ts'
import { DOCUMENTS, randomDocument, XML_WORDS } from './xml-documents.ts'

const SEEDS = DOCUMENTS.map((text) => Buffer.from(text).toString('latin1'))

function written({ name, xsiType, children, text }: XmlElement): XmlFragment {
  const type = xsiType === undefined ? {} : { 'xmlns:xsi': XSI_NAMESPACE, 'xsi:type': xsiType }
  return elementWith(name, type, children.length > 0 ? children.map(written) : text)
}

/** References in attributes are not read, so what needs one cannot be written; only S3's few types ever are. */
function isWritable({ xsiType = '', children }: XmlElement): boolean {
  return !/[<>&"]/.test(xsiType) && children.every(isWritable)
}

function isSame(a: XmlElement | OtherElement, b: XmlElement | OtherElement): boolean {
  const areAlike = a.name === b.name && a.xsiType === b.xsiType && a.text === b.text
  return (
    areAlike &&
    a.children.length === b.children.length &&
    a.children.every((child, i) => {
      const other = b.children[i]
      return other !== undefined && isSame(child, other)
    })
  )
}

/** Reads a body and writes it anew; the same must be read from that. Gives what differs. */
function rereads<T extends object>(
  bytes: Buffer,
  parse: (bytes: Buffer) => T | BodyProblem,
  write: (value: T) => Buffer | undefined,
): string | undefined {
  const value = parse(bytes)
  if (isBodyProblem(value)) return undefined
  const anew = write(value)
  const again = anew === undefined ? value : parse(anew)
  if (isBodyProblem(again)) return `${again.problem} in what was written anew`
  const [one, other] = [JSON.stringify(value), JSON.stringify(again)]
  return one === other ? undefined : `${one} became ${other}`
}

const BODIES: Readonly<Record<string, (bytes: Buffer) => string | undefined>> = {
  Delete: (bytes) => rereads(bytes, parseDelete, writeDelete),
  CompleteMultipartUpload: (bytes) => rereads(bytes, parseComplete, writeComplete),
  Tagging: (bytes) => rereads(bytes, (body) => parseTagging(body, 50), writeTagging),
  AccessControlPolicy: (bytes) => rereads(bytes, parseAcl, writeAcl),
  CreateBucketConfiguration: (bytes) => rereads(bytes, parseCreateBucket, writeCreateBucket),
  Retention: (bytes) => rereads(bytes, parseRetention, writeRetention),
  LegalHold: (bytes) => rereads(bytes, parseLegalHold, writeLegalHold),
}

function faultOfTree(tree: XmlElement, other: OtherElement, bytes: Buffer): Verdict | undefined {
  if (!isSame(tree, other)) return fault(`tree: ${JSON.stringify(tree)}, others see ${JSON.stringify(other)}`)
  const root = rootOfWellFormed(bytes)
  // The quick look does not know that ">" may stand within quotes.
  if (root !== tree.name && !/"[^"]*>|'[^']*>/.test(bytes.toString('latin1')))
    return fault(`root: seen quickly, ${root}`)
  if (isWritable(tree)) {
    const again = readXml(Buffer.from(written(tree).xml))
    if (isXmlProblem(again) || !isSame(tree, again)) return fault(`spelling: became ${JSON.stringify(again)}`)
  }
  const found = Object.hasOwn(BODIES, tree.name) ? BODIES[tree.name]?.(bytes) : undefined
  return found === undefined ? undefined : fault(`body: ${found}`)
}

/** The XML reader, and the readers of bodies that are written anew for the backend. */
export const XML_TARGET: FuzzTarget = {
  name: 'xml',
  share: 18,
  make(random) {
    const seed = random.oneIn(4) ? randomDocument(random) : (random.pick(SEEDS) ?? '')
    return { text: random.oneIn(20) ? seed : mutated(seed, random, XML_WORDS), variant: 0 }
  },
  check({ text }): Verdict {
    const bytes = Buffer.from(text, 'latin1')
    const tree = readXml(bytes)
    const other = readByOthers(bytes)
    if (isXmlProblem(tree)) return other === undefined ? 'refused' : fault(`refused: ${tree.problem}, others accept it`)
    if (other === undefined) return fault('accepted: others refuse it')
    return faultOfTree(tree, other, bytes) ?? 'accepted'
  },
}
