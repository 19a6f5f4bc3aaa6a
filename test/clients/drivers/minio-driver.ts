import { createReadStream, createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Client, CopyDestinationOptions, CopySourceOptions, S3Error } from 'minio'
import { serveLines, setting } from './serve-lines.ts'

// Drives minio-js (the words of ../client.ts).

const url = new URL(setting('ENDPOINT'))
const minio = new Client({
  endPoint: url.hostname,
  port: Number(url.port),
  useSSL: url.protocol === 'https:',
  accessKey: setting('ACCESS_KEY'),
  secretKey: setting('SECRET_KEY'),
  pathStyle: true,
  partSize: 8 * 1024 * 1024,
  // Without a region the client asks `GET ?location` first; a refused user would show nothing but that.
  ...(setting('FINDS_REGION') === 'by asking' ? {} : { region: setting('REGION') }),
})

async function allKeys(bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = []
  for await (const item of minio.listObjectsV2(bucket, prefix, true)) keys.push((item as { name: string }).name)
  return keys
}

await serveLines(
  {
    createBucket: ({ bucket }) => minio.makeBucket(bucket, setting('REGION')),
    headBucket: async ({ bucket }) => {
      if (!(await minio.bucketExists(bucket))) throw new Error('the bucket is not there')
    },
    listBuckets: async () => ({ buckets: (await minio.listBuckets()).map(({ name }) => name) }),
    put: async ({ bucket, key, file, metadata }) => {
      const body = await readFile(file)
      await minio.putObject(bucket, key, body, body.length, metadata)
    },
    get: async ({ bucket, key, file }) => pipeline(await minio.getObject(bucket, key), createWriteStream(file)),
    upload: async ({ bucket, key, file }) => {
      await minio.putObject(bucket, key, createReadStream(file))
    },
    download: ({ bucket, key, file }) => minio.fGetObject(bucket, key, file),
    getRange: async ({ bucket, key, file, first, last }) =>
      pipeline(await minio.getPartialObject(bucket, key, first, last - first + 1), createWriteStream(file)),
    readMetadata: async ({ bucket, key }) => ({ metadata: (await minio.statObject(bucket, key)).metaData }),
    list: async ({ bucket, prefix }) => ({ keys: await allKeys(bucket, prefix) }),
    copy: async ({ bucket, key, toBucket, toKey }) => {
      await minio.copyObject(
        new CopySourceOptions({ Bucket: bucket, Object: key }),
        new CopyDestinationOptions({ Bucket: toBucket, Object: toKey }),
      )
    },
    delete: ({ bucket, key }) => minio.removeObject(bucket, key),
    deleteMany: async ({ bucket, keys }) => {
      const failed = (await minio.removeObjects(bucket, [...keys])).flatMap((answer) => answer?.Error ?? [])
      if (failed[0] !== undefined) throw new S3Error(failed[0].Message ?? '', { cause: failed[0].Code })
    },
    deletePrefix: async ({ bucket, prefix }) => {
      const failed = (await minio.removeObjects(bucket, await allKeys(bucket, prefix))).flatMap(
        (answer) => answer?.Error ?? [],
      )
      if (failed[0] !== undefined) throw new S3Error(failed[0].Message ?? '', { cause: failed[0].Code })
    },
    putStream: async ({ bucket, key, file }) => {
      await minio.putObject(bucket, key, createReadStream(file).pipe(new PassThrough()))
    },
    presignGet: async ({ bucket, key }) => ({ url: await minio.presignedGetObject(bucket, key, 600) }),
    presignPut: async ({ bucket, key }) => ({ url: await minio.presignedPutObject(bucket, key, 600) }),
  },
  (error) => {
    if (!(error instanceof Error)) return 'unknown'
    return 'code' in error && typeof error.code === 'string' ? error.code : String(error.cause ?? error.name)
  },
)
