import { type DeleteOutcome, writeDeleteResult } from '../src/s3/bodies/delete-result.ts'
import { type DeleteTarget, parseDelete } from '../src/s3/bodies/parse-delete.ts'
import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import { S3Error } from '../src/s3/errors.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { bucketName, type Call, commit, findBucket, objectKey, objectScope } from './call.ts'
import { checkWriteConditions } from './conditions.ts'
import { receiveDocument } from './receive-body.ts'
import type { JournalRecord } from './records.ts'

/** DeleteObject. Deleting what is not there succeeds. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export async function deleteObject(call: Call): Promise<Answer> {
  const target: DeleteTarget = { key: objectKey(call), versionId: call.request.param('versionId') }
  await commit(call, objectScope(call), () => {
    const current = findBucket(call).objects.get(target.key)
    if (call.request.headers.has('if-match')) checkWriteConditions(call.request, current)
    return deletionOf(call, target)
  })
  return emptyAnswer(204)
}

/** DeleteObjects: all of them in one change. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
export async function deleteObjects(call: Call): Promise<Answer> {
  findBucket(call)
  const { objects, quiet } = acceptedBody(parseDelete(await receiveDocument(call)))
  const tokens = objects.flatMap(({ key }) => objectScope(call, key).tokens ?? [])
  await commit(call, { bucket: bucketName(call), tokens: [...new Set(tokens)] }, () => {
    const unique = new Map(objects.filter(isCurrentVersion).map((target) => [target.key, target]))
    return [...unique.values()].flatMap((target) => deletionOf(call, target))
  })
  return xmlAnswer(writeDeleteResult({ outcomes: objects.map(outcomeOf), quiet }))
}

function deletionOf(call: Call, target: DeleteTarget): JournalRecord[] {
  const exists = findBucket(call).objects.get(target.key) !== undefined
  if (!exists || !isCurrentVersion(target)) return []
  return [{ op: 'object-delete', bucket: bucketName(call), key: target.key }]
}

/** Without versioning, `null` is the name of the only version. */
function isCurrentVersion({ versionId }: DeleteTarget): boolean {
  return versionId === undefined || versionId === 'null'
}

function outcomeOf(target: DeleteTarget): DeleteOutcome {
  if (isCurrentVersion(target))
    return { ...target, deleted: true, deleteMarker: false, deleteMarkerVersionId: undefined }
  const { code, message } = new S3Error('NoSuchVersion')
  return { ...target, deleted: false, code, message }
}
