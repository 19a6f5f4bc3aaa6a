import { expect, test } from 'vitest'
import { S3Error, type S3ErrorCode, type S3ErrorOptions } from '../s3/errors.ts'
import { explanation } from './explanation.ts'

test.each<readonly [string, S3ErrorCode, S3ErrorOptions, string | undefined]>([
  ['what is for the log alone', 'AccessDenied', { message: 'Told.', detail: 'not told' }, 'not told'],
  ['what the client is told', 'InvalidRequest', { message: 'Signature version 2.' }, 'Signature version 2.'],
  ['nothing where the code says it all', 'SlowDown', {}, undefined],
  ['the name of what is at fault', 'NotImplemented', { extras: [['ArgumentName', 'torrent']] }, 'ArgumentName torrent'],
  [
    'message and name together',
    'AccessDenied',
    { message: 'Not signed', extras: [['HeadersNotSigned', 'x-amz-a']] },
    'Not signed; HeadersNotSigned x-amz-a',
  ],
  ['no value that a client sent', 'InvalidArgument', { extras: [['ArgumentValue', 'text']] }, undefined],
])('of a refusal the log says %s', (_, code, options, expected) => {
  expect(explanation(new S3Error(code, options))).toBe(expected)
})

test('a client cannot make it long', () => {
  const extras = [['ArgumentName', 'n'.repeat(9_000)]] as const
  expect(explanation(new S3Error('InvalidArgument', { extras }))).toHaveLength(512)
})
