import { createHmac } from 'node:crypto'
import type { SigningKey } from '../support/signer.ts'
import type { UploadForm } from './acceptance-case.ts'

// Browser uploads, written from AWS's page "Browser-Based Uploads Using POST (AWS Signature Version 4)".

const BOUNDARY = 'acceptance-boundary'

export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`

/** The body of a form whose policy demands the fields that it has, and the bucket. */
export function formBody(form: UploadForm, bucket: string, key: SigningKey): Buffer {
  const now = new Date()
  const date = `${now.toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
  const scope = `${date.slice(0, 8)}/${key.region}/s3/aws4_request`
  const signing = {
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${key.accessKey}/${scope}`,
    'x-amz-date': date,
  }
  const fields = { ...form.fields, ...signing }
  const demanded = Object.entries({ ...fields, ...form.demanded }).map(([name, value]) =>
    // The name of the file is put in before the policy is asked.
    value.includes('${filename}') ? ['starts-with', `$${name}`, ''] : { [name]: value },
  )
  const lastsMs = form.isExpired === true ? -60_000 : 600_000
  const policy = Buffer.from(
    JSON.stringify({
      expiration: new Date(now.getTime() + lastsMs).toISOString(),
      conditions: [{ bucket }, ...demanded, ...(form.conditions ?? [])],
    }),
  ).toString('base64')
  const signed = form.isTampered === true ? `${policy} ` : policy
  const parts = Object.entries({ ...fields, policy, 'x-amz-signature': signature(key, date.slice(0, 8), signed) })
  const heads = parts.map(([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`)
  if (form.file === undefined) return Buffer.from(`${heads.join('')}--${BOUNDARY}--\r\n`)
  const fileHead = `${disposition('file')}; filename="a.txt"\r\nContent-Type: text/plain\r\n\r\n`
  return Buffer.from(`${heads.join('')}${fileHead}${form.file}\r\n--${BOUNDARY}--\r\n`)
}

function disposition(name: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`
}

function signature(key: SigningKey, day: string, text: string): string {
  const hmac = (secret: string | Buffer, data: string): Buffer => createHmac('sha256', secret).update(data).digest()
  const signing = hmac(hmac(hmac(hmac(`AWS4${key.secretKey}`, day), key.region), 's3'), 'aws4_request')
  return hmac(signing, text).toString('hex')
}
