import { expect, test } from 'vitest'
import type { S3OperationName } from '../operation.ts'
import { S3_OPERATIONS } from '../operations.ts'
import { checkXmlBody } from './check-body.ts'

test('a body is taken by its own operation only', () => {
  const body = Buffer.from('<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>')
  expect(checkXmlBody('PutBucketVersioning', body)).toMatchObject({ name: 'VersioningConfiguration' })
  expect(checkXmlBody('PutBucketLogging', body)).toEqual({ problem: 'wrong-root', code: 'MalformedXML' })
})

test('an empty body and an operation without XML are refused', () => {
  expect(checkXmlBody('PutBucketVersioning', Buffer.alloc(0))).toEqual({
    problem: 'empty',
    code: 'MissingRequestBodyError',
  })
  expect(checkXmlBody('PutObject', Buffer.from('<A/>'))).toEqual({ problem: 'no-schema', code: 'NotImplemented' })
})

test.each([
  ['<Days>1</Days><GlacierJobParameters><Tier>Bulk</Tier></GlacierJobParameters>', undefined],
  ['<Tier>Bulk</Tier><Description>d</Description>', undefined],
  ['<Type>SELECT</Type>', 'NotImplemented'],
  ['<OutputLocation><S3><BucketName>other</BucketName><Prefix>p</Prefix></S3></OutputLocation>', 'NotImplemented'],
  ['<Days>1</Days><SelectParameters></SelectParameters>', 'NotImplemented'],
  ['<a:OutputLocation xmlns:a="x"><S3></S3></a:OutputLocation>', 'MalformedXML'],
])('a restore with %s: %s', (content, code) => {
  const body = Buffer.from(`<RestoreRequest>${content}</RestoreRequest>`)
  expect(checkXmlBody('RestoreObject', body)).toMatchObject(code === undefined ? { name: 'RestoreRequest' } : { code })
})

test('every operation with an XML body has a root, but for the bucket policy, which is JSON', () => {
  const answer = (name: S3OperationName) => checkXmlBody(name, Buffer.from('<None/>'))
  const unknown = S3_OPERATIONS.filter(({ name, body }) => {
    const result = answer(name)
    return body === 'xml' && 'problem' in result && result.problem === 'no-schema'
  })
  expect(unknown.map(({ name }) => name)).toEqual(['PutBucketPolicy'])
})
