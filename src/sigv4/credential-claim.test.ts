import { describe, expect, test } from 'vitest'
import { isAccessKeyId, parseCredential, parseSignedHeaders } from './credential-claim.ts'

describe('parseCredential', () => {
  test('reads key id and scope', () => {
    expect(parseCredential('AKIA.x_y-1/20130524/us-east-1/s3/aws4_request', ['us-east-1'])).toEqual({
      ok: true,
      value: { accessKey: 'AKIA.x_y-1', scope: { date: '20130524', region: 'us-east-1', service: 's3' } },
    })
  })

  test('takes every accepted region, and any with *', () => {
    const text = 'AKID/20130524/eu-central-1/s3/aws4_request'
    expect(parseCredential(text, ['us-east-1', 'eu-central-1']).ok).toBe(true)
    expect(parseCredential(text, '*').ok).toBe(true)
  })

  test('tells a wrong region from broken text', () => {
    expect(parseCredential('AKID/20130524/eu-central-1/s3/aws4_request', ['us-east-1'])).toEqual({
      ok: false,
      failure: { reason: 'wrong-region', region: 'eu-central-1' },
    })
  })

  test.each([
    ['nothing', ''],
    ['a key id alone', 'AKID'],
    ['four parts', '20130524/us-east-1/s3/aws4_request'],
    ['no key id', '/20130524/us-east-1/s3/aws4_request'],
    ['a short key id', 'AK/20130524/us-east-1/s3/aws4_request'],
    ['a long key id', `${'A'.repeat(129)}/20130524/us-east-1/s3/aws4_request`],
    ['a slash in the key id', 'AK/ID/20130524/us-east-1/s3/aws4_request'],
    ['a blank in the key id', 'AK ID/20130524/us-east-1/s3/aws4_request'],
    ['a line feed after the key id', 'AKID\n/20130524/us-east-1/s3/aws4_request'],
    ['other letters in the key id', 'AKIÐ/20130524/us-east-1/s3/aws4_request'],
    ['service sts', 'AKID/20130524/us-east-1/sts/aws4_request'],
    ['service iam', 'AKID/20130524/us-east-1/iam/aws4_request'],
    ['service s3tables', 'AKID/20130524/us-east-1/s3tables/aws4_request'],
    ['service S3', 'AKID/20130524/us-east-1/S3/aws4_request'],
    ['no service', 'AKID/20130524/us-east-1//aws4_request'],
    ['terminator aws4', 'AKID/20130524/us-east-1/s3/aws4'],
    ['terminator in upper case', 'AKID/20130524/us-east-1/s3/AWS4_REQUEST'],
    ['a slash at the end', 'AKID/20130524/us-east-1/s3/aws4_request/'],
    ['a short date', 'AKID/2013524/us-east-1/s3/aws4_request'],
    ['an ISO date', 'AKID/2013-05-24/us-east-1/s3/aws4_request'],
    ['no region', 'AKID/20130524//s3/aws4_request'],
    ['a line feed in the region', 'AKID/20130524/us-east-1\n/s3/aws4_request'],
    ['the scope of SigV4A', 'AKID/20130524/s3/aws4_request'],
  ])('%s is malformed', (_name, text) => {
    expect(parseCredential(text, '*')).toMatchObject({ ok: false, failure: { reason: 'malformed' } })
  })
})

test('names that plain objects are born with are key ids like any other, where their letters allow', () => {
  expect(isAccessKeyId('__proto__')).toBe(true)
  expect(isAccessKeyId('constructor')).toBe(true)
})

describe('parseSignedHeaders', () => {
  test('keeps the order given', () => {
    expect([...(parseSignedHeaders('x-amz-date;host') ?? [])]).toEqual(['x-amz-date', 'host'])
  })

  test.each([
    ['nothing', ''],
    ['upper case', 'Host'],
    ['a name twice', 'host;host'],
    ['an empty name', 'host;;x-amz-date'],
    ['a ; at the end', 'host;'],
    ['a colon', 'host:x'],
    ['a blank', 'host; x-amz-date'],
    ['a line feed', 'host\nx-amz-date'],
    ['a comma', 'host,x-amz-date'],
    ['a letter beyond ASCII', 'hóst'],
  ])('%s is refused', (_name, text) => {
    expect(parseSignedHeaders(text)).toBeUndefined()
  })
})
