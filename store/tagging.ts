import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import { MAX_OBJECT_TAGS, parseTagging, type Tag, writeTagging } from '../src/s3/bodies/tagging.ts'
import type { HeaderPair } from '../src/http/headers.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { type Call, findAddressedObject, findBucket } from './call.ts'
import { updateObject, versionHeaders } from './new-version.ts'
import { receiveDocument } from './receive-body.ts'

/** GetObjectTagging. */
export function getObjectTagging(call: Call): Answer {
  const object = findAddressedObject(call)
  return xmlAnswer(writeTagging({ tags: object.tags }), versionHeaders(findBucket(call), object))
}

/** PutObjectTagging: replaces all tags. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export async function putObjectTagging(call: Call): Promise<Answer> {
  findAddressedObject(call)
  const { tags } = acceptedBody(parseTagging(await receiveDocument(call), MAX_OBJECT_TAGS))
  return emptyAnswer(200, await setTags(call, tags))
}

/** DeleteObjectTagging: removes all tags. */
export async function deleteObjectTagging(call: Call): Promise<Answer> {
  return emptyAnswer(204, await setTags(call, []))
}

function setTags(call: Call, tags: readonly Tag[]): Promise<readonly HeaderPair[]> {
  return updateObject(call, () => ({ tags }))
}
