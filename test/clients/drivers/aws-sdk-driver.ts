import { createReadStream, createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { serveLines, setting } from './serve-lines.ts'

// Drives the AWS SDK for JavaScript v3 (the words of ../client.ts).

const s3 = new S3Client({
  endpoint: setting('ENDPOINT'),
  region: setting('REGION'),
  credentials: { accessKeyId: setting('ACCESS_KEY'), secretAccessKey: setting('SECRET_KEY') },
  forcePathStyle: true,
  maxAttempts: 1,
})

interface Source {
  readonly bucket: string
  readonly key: string
  readonly file: string
}

async function download(from: Source, only: { readonly Range?: string; readonly IfNoneMatch?: string } = {}) {
  const answer = await s3.send(new GetObjectCommand({ Bucket: from.bucket, Key: from.key, ...only }))
  if (!(answer.Body instanceof Readable)) throw new Error('no body')
  await pipeline(answer.Body, createWriteStream(from.file))
}

async function allKeys(bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = []
  let token: string | undefined
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    )
    for (const { Key } of page.Contents ?? []) if (Key !== undefined) keys.push(Key)
    token = page.NextContinuationToken
  } while (token !== undefined)
  return keys
}

class PerKeyError extends Error {
  override name: string
  constructor(code: string) {
    super('an error for a key of DeleteObjects')
    this.name = code
  }
}

await serveLines(
  {
    createBucket: async ({ bucket }) => {
      await s3.send(new CreateBucketCommand({ Bucket: bucket }))
    },
    headBucket: async ({ bucket }) => {
      await s3.send(new HeadBucketCommand({ Bucket: bucket }))
    },
    listBuckets: async () => {
      const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
      return { buckets: Buckets.map(({ Name = '' }) => Name) }
    },
    put: async ({ bucket, key, file, metadata }) => {
      const body = { Bucket: bucket, Key: key, Body: await readFile(file) }
      await s3.send(new PutObjectCommand({ ...body, ...(metadata === undefined ? {} : { Metadata: metadata }) }))
    },
    get: (request) => download(request),
    upload: async ({ bucket, key, file }) => {
      await new Upload({ client: s3, params: { Bucket: bucket, Key: key, Body: createReadStream(file) } }).done()
    },
    download: (request) => download(request),
    getRange: (request) => download(request, { Range: `bytes=${request.first}-${request.last}` }),
    readMetadata: async ({ bucket, key }) => {
      const { Metadata = {} } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }))
      return { metadata: Metadata }
    },
    list: async ({ bucket, prefix }) => ({ keys: await allKeys(bucket, prefix) }),
    copy: async ({ bucket, key, toBucket, toKey }) => {
      // The SDK sends the source as it is given: encoding it is the caller's part.
      const source = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
      await s3.send(new CopyObjectCommand({ Bucket: toBucket, Key: toKey, CopySource: source }))
    },
    delete: async ({ bucket, key }) => {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }))
    },
    deleteMany: async ({ bucket, keys }) => {
      const objects = { Objects: keys.map((Key) => ({ Key })) }
      const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: objects }))
      if (Errors[0] !== undefined) throw new PerKeyError(Errors[0].Code ?? '')
    },
    deletePrefix: async ({ bucket, prefix }) => {
      const keys = await allKeys(bucket, prefix)
      for (let first = 0; first < keys.length; first += 1_000) {
        const objects = { Objects: keys.slice(first, first + 1_000).map((Key) => ({ Key })), Quiet: true }
        const { Errors = [] } = await s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: objects }))
        if (Errors[0] !== undefined) throw new PerKeyError(Errors[0].Code ?? '')
      }
    },
    putStream: async ({ bucket, key, file }) => {
      const body = createReadStream(file).pipe(new PassThrough())
      await new Upload({ client: s3, params: { Bucket: bucket, Key: key, Body: body } }).done()
    },
    putChecked: async ({ bucket, key, file, algorithm }) => {
      const body = await readFile(file)
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ChecksumAlgorithm: algorithm }))
    },
    putIfAbsent: async ({ bucket, key, file }) => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(file), IfNoneMatch: '*' }))
    },
    getIfChanged: async ({ etag, ...from }) => {
      try {
        await download(from, { IfNoneMatch: etag })
        return { changed: true }
      } catch (error) {
        if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 304) return { changed: false }
        throw error
      }
    },
    presignGet: async ({ bucket, key }) => {
      const command = new GetObjectCommand({ Bucket: bucket, Key: key })
      return { url: await getSignedUrl(s3, command, { expiresIn: 600 }) }
    },
    presignPut: async ({ bucket, key }) => {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key })
      return { url: await getSignedUrl(s3, command, { expiresIn: 600 }) }
    },
  },
  (error) => (error instanceof Error ? error.name : 'unknown'),
)
