import type { Answer } from '../support/exchange.ts'
import type { S3Caller } from '../support/s3-caller.ts'
import { sha256Hex } from '../support/signer.ts'
import type { ObservedState } from './expected-state.ts'

/** Where a key lies. */
export interface Place {
  readonly bucket: string
  readonly key: string
}

/** Reads everything under a key: every version with its bytes, every upload with its parts. */
export async function observe(caller: S3Caller, place: Place): Promise<ObservedState> {
  const { bucket, key } = place
  const versions: ObservedState['versions'][number][] = []
  const listed = await ask(caller, bucket, [
    ['versions', ''],
    ['prefix', key],
  ])
  const entries = [...listed.matchAll(/<(Version|DeleteMarker)>.*?<VersionId>([^<]*)<.*?<IsLatest>([^<]*)</gs)]
  for (const [, kind, id = '', isLatest] of entries) {
    const isMarker = kind === 'DeleteMarker'
    const read = await caller.call({ method: 'GET', bucket, key, query: [['versionId', id]] })
    expectStatus(read, isMarker ? 405 : 200)
    versions.push({ id, sha256: isMarker ? 'delete marker' : sha256Hex(read.body) })
    // What a plain read gives must be the version that is listed as the latest.
    if (isLatest === 'true') await checkLatest(caller, place, isMarker ? undefined : read)
  }
  return { versions, uploads: await observeUploads(caller, place) }
}

async function checkLatest(caller: S3Caller, place: Place, version: Answer | undefined): Promise<void> {
  const latest = await caller.call({ method: 'GET', ...place })
  expectStatus(latest, version === undefined ? 404 : 200)
  if (version !== undefined && !latest.body.equals(version.body))
    throw new Error(`${place.key}: not the latest version`)
}

async function observeUploads(caller: S3Caller, { bucket, key }: Place): Promise<ObservedState['uploads']> {
  const listed = await ask(caller, bucket, [
    ['uploads', ''],
    ['prefix', key],
  ])
  const uploads: ObservedState['uploads'][number][] = []
  for (const [, id = ''] of listed.matchAll(/<UploadId>([^<]*)</g)) {
    const parts = await ask(caller, bucket, [['uploadId', id]], key)
    uploads.push({ id, parts: [...parts.matchAll(/<ETag>&quot;([^&]*)&quot;</g)].map(([, etag = '']) => etag) })
  }
  return uploads
}

async function ask(
  caller: S3Caller,
  bucket: string,
  query: readonly [string, string][],
  key?: string,
): Promise<string> {
  const answer = await caller.call({ method: 'GET', bucket, query, ...(key === undefined ? {} : { key }) })
  expectStatus(answer, 200)
  return answer.body.toString()
}

function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status) throw new Error(`${answer.status} in place of ${status}: ${answer.body.toString()}`)
}
