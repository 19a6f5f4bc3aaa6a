import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDelete, writeDelete } from './parse-delete.ts'
import { acceptedBody } from './read-body.ts'

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

function parse(inner: string) {
  return parseDelete(Buffer.from(`<Delete xmlns="${NAMESPACE}">${inner}</Delete>`))
}

describe('the body of DeleteObjects', () => {
  test('gives its objects in order, repetitions kept', () => {
    const body =
      '<Object><Key>b</Key></Object><Object><VersionId>null</VersionId><Key>a</Key></Object><Quiet>true</Quiet><Object><Key>b</Key></Object>'
    expect(parse(body)).toEqual({
      objects: [
        { key: 'b', versionId: undefined },
        { key: 'a', versionId: 'null' },
        { key: 'b', versionId: undefined },
      ],
      quiet: true,
    })
  })

  test.each([
    ['blanks', '<Key>  </Key>', '  '],
    ['digits', '<Key>007</Key>', '007'],
    ['dot segments', '<Key>a/../b</Key>', 'a/../b'],
    ['references', '<Key>a&#13;&#x2f;&amp;lt;</Key>', 'a\r/&lt;'],
    ['a prototype name', '<Key>__proto__</Key>', '__proto__'],
  ])('keeps a key of %s to the character', (_name, inner, key) => {
    expect(parse(`<Object>${inner}</Object>`)).toMatchObject({ objects: [{ key }] })
  })

  test.each<[string, string, string, string]>([
    ['no object', '', 'no-objects', 'MalformedXML'],
    ['an object without key', '<Object><VersionId>1</VersionId></Object>', 'missing-element', 'MalformedXML'],
    ['an empty key', '<Object><Key></Key></Object>', 'empty-key', 'UserKeyMustBeSpecified'],
    ['two keys', '<Object><Key>a</Key><Key>b</Key></Object>', 'duplicate-element', 'MalformedXML'],
    [
      'two versions',
      '<Object><Key>a</Key><VersionId>1</VersionId><VersionId>2</VersionId></Object>',
      'duplicate-element',
      'MalformedXML',
    ],
    ['an empty version', '<Object><Key>a</Key><VersionId/></Object>', 'empty-version-id', 'InvalidArgument'],
    [
      'two Quiets',
      '<Quiet>true</Quiet><Quiet>false</Quiet><Object><Key>a</Key></Object>',
      'duplicate-element',
      'MalformedXML',
    ],
    ['a Quiet that is no boolean', '<Quiet>yes</Quiet><Object><Key>a</Key></Object>', 'not-a-boolean', 'MalformedXML'],
    ['an element within a key', '<Object><Key>a<b/></Key></Object>', 'mixed-content', 'MalformedXML'],
    ['a key made of elements', '<Object><Key><b>a</b></Key></Object>', 'unexpected-content', 'MalformedXML'],
    ['an object made of text', '<Object>a</Object>', 'unexpected-content', 'MalformedXML'],
    ['a Delete made of text', 'a', 'unexpected-content', 'MalformedXML'],
    ['an unknown element', '<Object><Key>a</Key><Force>1</Force></Object>', 'unknown-element', 'MalformedXML'],
    ['a name in another case', '<Object><key>a</key></Object>', 'unknown-element', 'MalformedXML'],
    ['a comment in a key', '<Object><Key>a<!--x-->b</Key></Object>', 'comment', 'MalformedXML'],
    [
      'a condition on the ETag',
      '<Object><Key>a</Key><ETag>"x"</ETag></Object>',
      'conditional-delete',
      'NotImplemented',
    ],
    ['a condition on the size', '<Object><Key>a</Key><Size>1</Size></Object>', 'conditional-delete', 'NotImplemented'],
    [
      'a condition on the time',
      '<Object><Key>a</Key><LastModifiedTime>x</LastModifiedTime></Object>',
      'conditional-delete',
      'NotImplemented',
    ],
    ['1001 objects', '<Object><Key>a</Key></Object>'.repeat(1001), 'too-many-objects', 'MalformedXML'],
  ])('is refused with %s', (_name, inner, problem, code) => {
    expect(parse(inner)).toEqual({ problem, code })
  })

  test('is refused with another root, and when it is too large', () => {
    expect(parseDelete(Buffer.from('<Tagging/>'))).toEqual({ problem: 'wrong-root', code: 'MalformedXML' })
    expect(parseDelete(Buffer.alloc(16 * 1024 * 1024 + 1, 0x20))).toEqual({
      problem: 'too-large',
      code: 'MaxMessageLengthExceeded',
    })
  })

  test('1000 objects are taken', () => {
    const body = acceptedBody(parse('<Object><Key>a</Key></Object>'.repeat(1000)))
    expect(body.objects).toHaveLength(1000)
    expect(body.quiet).toBe(false)
  })

  test('what is written for the backend reads back as the same request', () => {
    const key = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text))
    const target = fc.record({
      key,
      versionId: fc.option(fc.string({ minLength: 1, unit: 'grapheme-ascii' }), { nil: undefined }),
    })
    fc.assert(
      fc.property(fc.array(target, { minLength: 1, maxLength: 20 }), fc.boolean(), (objects, quiet) => {
        expect(parseDelete(writeDelete({ objects, quiet }))).toEqual({ objects, quiet })
      }),
    )
  })
})

test('a problem becomes an S3 error whose detail names it and whose message does not', () => {
  expect(() => acceptedBody(parse(''))).toThrow(
    expect.objectContaining({ code: 'MalformedXML', status: 400, detail: 'body: no-objects' }),
  )
})
