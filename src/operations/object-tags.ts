import type { ObjectReference } from '../authz/object-reference.ts'
import type { Authorized } from '../proof/stages.ts'
import { childText } from '../s3/bodies/fields.ts'
import type { Tag } from '../s3/bodies/tagging.ts'
import { S3Error } from '../s3/errors.ts'
import { BACKEND_XML_LIMITS, isXmlProblem, readXml } from '../s3/xml-reader.ts'
import { askBackend, wholeBody } from './ask-backend.ts'
import { passIfSuccess } from './backend-answer.ts'
import type { Call } from './call.ts'

const MAX_TAGS_BYTES = 64 * 1024

/** The object is missing, or the version is a marker of its deletion. */
const WITHOUT_TAGS: ReadonlySet<number> = new Set([404, 405])

/**
 * Asks the backend for the tags of an object. What is not there has none: the operation itself then says so.
 * @throws S3Error when the backend cannot say: a decision that depends on tags is not made without them
 */
export async function objectTags(
  call: Call,
  { bucket, key, versionId }: ObjectReference,
  mayReadTags: Authorized,
): Promise<readonly Tag[]> {
  const version = versionId === undefined ? [] : [{ name: 'versionId', value: versionId }]
  const response = await askBackend(call, mayReadTags, {
    method: 'GET',
    bucket,
    key,
    query: [{ name: 'tagging', value: '' }, ...version],
    headers: [],
    body: undefined,
  })
  if (WITHOUT_TAGS.has(response.status)) {
    response.discard()
    return []
  }
  await passIfSuccess(call, response)
  const root = readXml((await wholeBody(response, MAX_TAGS_BYTES)) ?? Buffer.alloc(0), BACKEND_XML_LIMITS)
  if (isXmlProblem(root)) throw new S3Error('InternalError', { detail: `backend: tags: ${root.problem}` })
  // Another document would pass for an object without tags.
  const [set, ...others] = root.name === 'Tagging' ? root.children.filter(({ name }) => name === 'TagSet') : []
  if (set === undefined || others.length > 0) throw new S3Error('InternalError', { detail: 'backend: no list of tags' })
  const tags = set.children
  return tags.map((tag) => {
    const name = childText(tag, 'Key')
    if (name === undefined) throw new S3Error('InternalError', { detail: 'backend: a tag without a key' })
    return { key: name, value: childText(tag, 'Value') ?? '' }
  })
}
