import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import { MAX_OBJECT_TAGS, parseTagging, type Tag, writeTagging } from '../src/s3/bodies/tagging.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { bucketName, type Call, commit, findAddressedObject, objectKey, objectScope } from './call.ts'
import { receiveDocument } from './receive-body.ts'

/** GetObjectTagging. */
export function getObjectTagging(call: Call): Answer {
  return xmlAnswer(writeTagging({ tags: findAddressedObject(call).tags }))
}

/** PutObjectTagging: replaces all tags. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export async function putObjectTagging(call: Call): Promise<Answer> {
  findAddressedObject(call)
  await setTags(call, acceptedBody(parseTagging(await receiveDocument(call), MAX_OBJECT_TAGS)).tags)
  return emptyAnswer(200)
}

/** DeleteObjectTagging: removes all tags. */
export async function deleteObjectTagging(call: Call): Promise<Answer> {
  await setTags(call, [])
  return emptyAnswer(204)
}

async function setTags(call: Call, tags: readonly Tag[]): Promise<void> {
  await commit(call, objectScope(call), () => {
    const object = { ...findAddressedObject(call), tags }
    return [{ op: 'object-put', bucket: bucketName(call), key: objectKey(call), object }]
  })
}
