import { checksumHeader } from '../src/codec/checksum.ts'
import type { HeaderPair } from '../src/http/headers.ts'
import { type Answer, emptyAnswer, quoted } from './answer.ts'
import { type Call, findBucket, objectKey } from './call.ts'
import { checkWriteConditions } from './conditions.ts'
import { commitObject } from './new-version.ts'
import { readObjectAttributes } from './object-attributes.ts'
import { requireLockable } from './object-lock.ts'
import { type ReceivedBody, receiveObject } from './receive-body.ts'
import type { StoredChecksum } from './records.ts'
import { storeContent } from './store-content.ts'

/** PutObject. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export async function putObject(call: Call): Promise<Answer> {
  const attributes = readObjectAttributes(call)
  // Said at once where it can be; what counts are the same checks at the commit.
  const bucket = findBucket(call)
  requireLockable(bucket, attributes)
  checkWriteConditions(call.request, bucket.objects.get(objectKey(call)))
  const headers = await storeContent(
    call,
    (writer) => receiveObject(call, (bytes) => writer.write(bytes)),
    async (pieces, received) => {
      const { size, md5, checksum } = received
      const modifiedMs = call.now.getTime()
      const content = { ...attributes, size, etag: md5, modifiedMs, pieces, checksum: wholeChecksum(checksum) }
      return [...uploadHeaders(received), ...(await commitObject(call, content))]
    },
  )
  return emptyAnswer(200, headers)
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
