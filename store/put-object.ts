import { checksumHeader } from '../src/codec/checksum.ts'
import type { HeaderPair } from '../src/http/headers.ts'
import { type Answer, emptyAnswer, quoted } from './answer.ts'
import { bucketName, type Call, commit, findBucket, objectKey, objectScope } from './call.ts'
import { checkWriteConditions } from './conditions.ts'
import { readObjectAttributes } from './object-attributes.ts'
import { type ReceivedBody, receiveObject } from './receive-body.ts'
import type { StoredChecksum } from './records.ts'
import { storeContent } from './store-content.ts'

/** PutObject. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(call: Call): Promise<Answer> {
  const { request } = call
  const key = objectKey(call)
  const attributes = readObjectAttributes(request)
  // Said at once where it can be; what counts is the same check at the commit.
  checkWriteConditions(request, findBucket(call).objects.get(key))
  const received = await storeContent(
    call,
    (writer) => receiveObject(call, (bytes) => writer.write(bytes)),
    (pieces, { size, md5, checksum }) =>
      commit(call, objectScope(call), () => {
        checkWriteConditions(request, findBucket(call).objects.get(key))
        const modifiedMs = call.now.getTime()
        const object = { ...attributes, size, etag: md5, modifiedMs, pieces, checksum: wholeChecksum(checksum) }
        return [{ op: 'object-put', bucket: bucketName(call), key, object }]
      }),
  )
  return emptyAnswer(200, uploadHeaders(received))
}

/** What an uploaded object or part is told back: its ETag, and the checksum that was verified. */
export function uploadHeaders({ md5, checksum }: ReceivedBody): HeaderPair[] {
  const headers: HeaderPair[] = [['etag', quoted(md5)]]
  if (checksum !== undefined) headers.push([checksumHeader(checksum.algorithm), checksum.value])
  return headers
}

/** A checksum over all bytes, as it is kept. */
export function wholeChecksum(checksum: ReceivedBody['checksum']): StoredChecksum | undefined {
  return checksum && { ...checksum, type: 'FULL_OBJECT' }
}
