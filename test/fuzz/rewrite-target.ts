import { S3Error } from '../../src/s3/errors.ts'
import { AnswerRewriter } from '../../src/s3/rewrite.ts'
import { isXmlProblem, readXml, type XmlElement } from '../../src/s3/xml-reader.ts'
import { fault, type FuzzTarget, inVariedPieces, type Verdict } from './fuzz-target.ts'
import { mutated } from './mutate.ts'
import { Random } from './random.ts'
import { XML_WORDS } from './xml-documents.ts'

const BACKEND_ID = 'id-of-the-backend'
const OWN_ID = 'id-of-ours'
const IDENTITY = { ownerId: OWN_ID, ownerDisplayName: 'ours', location: 'http://proxy.test/b/k' }

const OWNER = `<Owner><ID>${BACKEND_ID}</ID><DisplayName>master</DisplayName></Owner>`
const INITIATOR = `<Initiator><ID>${BACKEND_ID}</ID><DisplayName>master</DisplayName></Initiator>`
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'

const SEEDS: readonly string[] = [
  `${DECLARATION}<ListBucketResult ${NAMESPACE}><Name>b</Name><Contents><Key>a&amp;b</Key><Size>1</Size>${OWNER}</Contents><Contents><Key>Owner</Key>${OWNER}</Contents></ListBucketResult>`,
  `${DECLARATION}\n<ListVersionsResult><Version><Key>k</Key>${OWNER}</Version><DeleteMarker><Key>k</Key>${OWNER}</DeleteMarker></ListVersionsResult>`,
  `<ListMultipartUploadsResult><Upload><Key>k</Key>${INITIATOR}${OWNER}</Upload><CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes></ListMultipartUploadsResult>`,
  `<ListPartsResult>${INITIATOR}${OWNER}<Part><PartNumber>1</PartNumber></Part></ListPartsResult>`,
  `<AccessControlPolicy>${OWNER}<AccessControlList><Grant><Grantee ${XSI} xsi:type="CanonicalUser"><ID>${BACKEND_ID}</ID></Grantee><Permission>READ</Permission></Grant><Grant><Grantee ${XSI} xsi:type="CanonicalUser"><ID>somebody</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>`,
  '<ReplicationConfiguration><Rule><Destination><AccessControlTranslation><Owner>Destination</Owner></AccessControlTranslation></Destination></Rule></ReplicationConfiguration>',
  '<CompleteMultipartUploadResult><Location>http://10.0.0.1:7480/b/k</Location><Bucket>b</Bucket><ETag>"e"</ETag></CompleteMultipartUploadResult>',
].map((text) => Buffer.from(text).toString('latin1'))

const WORDS = [
  ...XML_WORDS,
  OWNER,
  '<Owner/>',
  '<Owner>',
  '</Owner>',
  '<OwnerX>',
  '<Location/>',
  '<Grantee>',
  INITIATOR,
]

function rewritten(pieces: readonly Buffer[]): Buffer | undefined {
  const rewriter = new AnswerRewriter(IDENTITY)
  try {
    return Buffer.concat([...pieces.flatMap((piece) => rewriter.push(piece)), ...rewriter.finish()])
  } catch (error) {
    if (error instanceof S3Error && error.code === 'InternalError') return undefined
    throw error
  }
}

const IDENTITIES: ReadonlySet<string> = new Set(['Owner', 'Initiator'])
const isReplaced = (name: string): boolean => IDENTITIES.has(name) || name === 'Location' || name === 'Grantee'

/** The document without what is to be replaced in it, to compare all the rest. */
function withoutReplaced({ name, text, children }: XmlElement): unknown {
  return isReplaced(name) ? name : [name, text, children.map(withoutReplaced)]
}

/** Whether an owner's or initiator's element still holds something that is not ours. */
function showsBackend({ name, children, text }: XmlElement): boolean {
  if (!IDENTITIES.has(name)) return children.some(showsBackend)
  // Of a replication rule: no identity.
  if (children.length === 0) return text !== '' && text !== 'Destination'
  return children.some((child) => child.text !== (child.name === 'ID' ? OWN_ID : IDENTITY.ownerDisplayName))
}

/** Identities in the backend's answers, replaced while they stream by. */
export const REWRITE_TARGET: FuzzTarget = {
  name: 'rewrite',
  share: 5,
  make(random) {
    const seed = random.pick(SEEDS) ?? ''
    const text = random.oneIn(8) ? seed : mutated(seed, random, WORDS)
    return { text, variant: random.below(1 << 30) }
  },
  check({ text, variant }): Verdict {
    const bytes = Buffer.from(text, 'latin1')
    const whole = rewritten([bytes])
    const parted = rewritten(inVariedPieces(bytes, new Random(variant)))
    // What is longer than may be held back depends on where the pieces end.
    const isShort = bytes.length < 8_000
    if (isShort && (whole === undefined) !== (parted === undefined)) return fault('pieces: only one way is an error')
    if (whole === undefined || parted === undefined) return 'refused'
    if (!whole.equals(parted)) return fault(`pieces: ${whole.toString()} or ${parted.toString()}`)
    const before = readXml(bytes)
    if (isXmlProblem(before)) return 'refused'
    const after = readXml(whole)
    if (isXmlProblem(after)) return fault(`document: no longer one, ${after.problem}`)
    if (showsBackend(after)) return fault(`identity: ${whole.toString()}`)
    const [was, is] = [before, after].map((root) => JSON.stringify(withoutReplaced(root)))
    return was === is ? 'accepted' : fault(`rest: ${was} became ${is}`)
  },
}
