import { describe, expect, test } from 'vitest'
import { HeaderList, type HeaderPair } from '../http/headers.ts'
import { parseHeaderSignature, parseHttpDate } from './parse-signature.ts'

const SIGNATURE = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'
const CREDENTIAL = 'Credential=AKID/20130524/us-east-1/s3/aws4_request'
const SIGNED = 'SignedHeaders=host;x-amz-date'
const AUTHORIZATION = `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${SIGNED}, Signature=${SIGNATURE}`
const AMZ_DATE: HeaderPair = ['x-amz-date', '20130524T010203Z']

function parse(authorization: string, ...others: HeaderPair[]) {
  return parseHeaderSignature(new HeaderList([['Authorization', authorization], ...others]), ['us-east-1'])
}

describe('the Authorization header', () => {
  test('is read', () => {
    expect(parse(AUTHORIZATION, AMZ_DATE)).toEqual({
      ok: true,
      value: {
        place: 'header',
        accessKey: 'AKID',
        scope: { date: '20130524', region: 'us-east-1', service: 's3' },
        timestamp: '20130524T010203Z',
        signedAt: new Date('2013-05-24T01:02:03Z'),
        dateHeader: 'x-amz-date',
        signedHeaders: new Set(['host', 'x-amz-date']),
        signature: SIGNATURE,
        expiresSeconds: undefined,
      },
    })
  })

  test.each([
    ['commas without blanks', `AWS4-HMAC-SHA256 ${CREDENTIAL},${SIGNED},Signature=${SIGNATURE}`],
    ['several blanks', `AWS4-HMAC-SHA256   ${CREDENTIAL}  ,  ${SIGNED}  ,  Signature=${SIGNATURE}`],
    ['another order', `AWS4-HMAC-SHA256 Signature=${SIGNATURE}, ${SIGNED}, ${CREDENTIAL}`],
    ['a signature that can never match', `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${SIGNED}, Signature=`],
  ])('may have %s', (_name, authorization) => {
    expect(parse(authorization, AMZ_DATE).ok).toBe(true)
  })

  test.each([
    ['the algorithm alone', 'AWS4-HMAC-SHA256'],
    ['no Signature', `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${SIGNED}`],
    ['no SignedHeaders', `AWS4-HMAC-SHA256 ${CREDENTIAL}, Signature=${SIGNATURE}`],
    ['no Credential', `AWS4-HMAC-SHA256 ${SIGNED}, Signature=${SIGNATURE}`],
    ['a component twice', `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${SIGNED}, ${SIGNED}`],
    ['a fourth component', `${AUTHORIZATION}, Token=a`],
    ['a comma at the end', `${AUTHORIZATION},`],
    ['a component without =', `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${SIGNED}, Signature`],
    ['a component in another case', `AWS4-HMAC-SHA256 ${CREDENTIAL}, ${SIGNED}, signature=${SIGNATURE}`],
    ['blanks in place of commas', `AWS4-HMAC-SHA256 ${CREDENTIAL} ${SIGNED} Signature=${SIGNATURE}`],
    ['upper-case signed headers', `AWS4-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=Host, Signature=${SIGNATURE}`],
    ['no signed headers', `AWS4-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=, Signature=${SIGNATURE}`],
  ])('with %s is malformed', (_name, authorization) => {
    expect(parse(authorization, AMZ_DATE)).toMatchObject({ ok: false, failure: { reason: 'malformed' } })
  })

  test('repeats nothing of the claim in what it complains about', () => {
    const failed = parse(`AWS4-HMAC-SHA256 ${CREDENTIAL}, SignedHeaders=Host, Signature=${SIGNATURE}`, AMZ_DATE)
    expect(JSON.stringify(failed)).not.toMatch(/AKID|f0e8/)
  })
})

describe('the date of a request', () => {
  test.each([
    ['Date in RFC 1123 form', [['Date', 'Fri, 24 May 2013 01:02:03 GMT']], '20130524T010203Z'],
    ['Date in ISO basic form', [['Date', '20130524T010203Z']], '20130524T010203Z'],
    ['x-amz-date before Date', [['Date', 'Sat, 25 May 2013 00:00:00 GMT'], AMZ_DATE], '20130524T010203Z'],
  ] as const)('may be %s', (_name, headers, timestamp) => {
    expect(parse(AUTHORIZATION, ...headers)).toMatchObject({ ok: true, value: { timestamp } })
  })

  test.each([
    ['missing', []],
    ['garbled', [['x-amz-date', 'yesterday']]],
    ['empty', [['x-amz-date', '']]],
    [
      'garbled though Date is right',
      [
        ['x-amz-date', '2013-05-24'],
        ['Date', 'Fri, 24 May 2013 01:02:03 GMT'],
      ],
    ],
    ['an RFC 1123 date in x-amz-date', [['x-amz-date', 'Fri, 24 May 2013 01:02:03 GMT']]],
  ] as const)('must not be %s', (_name, headers) => {
    expect(parse(AUTHORIZATION, ...headers)).toEqual({ ok: false, failure: { reason: 'no-date' } })
  })

  test('must be a moment of the day in the credential', () => {
    const failed = parse(AUTHORIZATION, ['x-amz-date', '20130525T000000Z'])
    expect(failed).toMatchObject({ ok: false, failure: { reason: 'malformed' } })
  })
})

describe('parseHttpDate', () => {
  test.each([
    ['GMT', 'Fri, 24 May 2013 01:02:03 GMT'],
    ['+0000', 'Fri, 24 May 2013 01:02:03 +0000'],
  ])('reads %s', (_name, text) => {
    expect(parseHttpDate(text)?.toISOString()).toBe('2013-05-24T01:02:03.000Z')
  })

  test.each([
    ['another zone', 'Fri, 24 May 2013 01:02:03 +0200'],
    ['no zone', 'Fri, 24 May 2013 01:02:03'],
    ['the wrong weekday', 'Mon, 24 May 2013 01:02:03 GMT'],
    ['a day no month has', 'Fri, 31 Feb 2013 01:02:03 GMT'],
    ['RFC 850', 'Friday, 24-May-13 01:02:03 GMT'],
    ['asctime', 'Fri May 24 01:02:03 2013'],
    ['ISO', '2013-05-24T01:02:03Z'],
    ['a number', '1369357323'],
    ['nothing', ''],
  ])('refuses %s', (_name, text) => {
    expect(parseHttpDate(text)).toBeUndefined()
  })
})
