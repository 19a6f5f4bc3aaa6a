import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { formPart, formRequest } from '../support/browser-form.ts'
import { ROOT, Stage } from '../support/proxy-in-process.ts'
import { type Order, signedBy } from '../support/wire-requests.ts'

// Documents that readers choke on, or that two readers read differently.

const MAX_BYTES = 64 * 1024
let stage: Stage
beforeAll(async () => {
  stage = await Stage.start({ more: { limits: { max_xml_body: '64KiB' } } })
})
afterAll(() => stage.close())
beforeEach(() => stage.backend.reset())

const TAKERS: readonly (readonly [string, Order, string])[] = [
  [
    'a deletion',
    { method: 'POST', path: '/a-bkt', query: [['delete', '']] },
    '<Delete><Object><Key>k</Key></Object></Delete>',
  ],
  [
    'a completion',
    { method: 'POST', query: [['uploadId', 'u']] },
    '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>e</ETag></Part></CompleteMultipartUpload>',
  ],
  [
    'tags',
    { method: 'PUT', query: [['tagging', '']] },
    '<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>',
  ],
  [
    'a lifecycle',
    { method: 'PUT', path: '/a-bkt', query: [['lifecycle', '']] },
    '<LifecycleConfiguration><Rule><ID>k</ID><Status>Enabled</Status><Filter><Prefix>v</Prefix></Filter><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>',
  ],
  [
    'a versioning',
    { method: 'PUT', path: '/a-bkt', query: [['versioning', '']] },
    '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  ],
  [
    'a retention',
    { method: 'PUT', query: [['retention', '']] },
    '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>',
  ],
  [
    'an ACL',
    { method: 'PUT', query: [['acl', '']] },
    '<AccessControlPolicy><AccessControlList></AccessControlList></AccessControlPolicy>',
  ],
]

/** The document spoilt; the root's own name is where the spoiler needs it. */
const SPOILERS: readonly (readonly [string, (xml: string, root: string) => string | Buffer])[] = [
  [
    'a billion laughs',
    (xml, root) =>
      `<!DOCTYPE ${root} [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${xml.replace('>', '>&b;')}`,
  ],
  ['an external entity', (xml, root) => `<!DOCTYPE ${root} SYSTEM "http://evil.test/x.dtd">${xml}`],
  ['a parameter entity', (xml, root) => `<!DOCTYPE ${root} [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>${xml}`],
  ['an entity that nobody declared', (xml) => xml.replace('</', '&nobody;</')],
  ['a nesting without end', (_, root) => `<${root}>${'<a>'.repeat(8_000)}`],
  ['a nesting too deep', (xml) => xml.replace('>', `>${'<a>'.repeat(9)}${'</a>'.repeat(9)}`)],
  ['a comment', (xml) => xml.replace('</', '<!-- x --></')],
  ['a CDATA section', (xml) => xml.replace('</', '<![CDATA[x]]></')],
  ['a processing instruction', (xml) => xml.replace('</', '<?php x?></')],
  ['a second root', (xml) => xml + xml],
  ['text behind it', (xml) => `${xml}text`],
  ['an attribute', (xml) => xml.replace('>', ' onload="x">')],
  ['a foreign namespace', (xml) => xml.replace('>', ' xmlns="http://evil.test/">')],
  ['a prefix', (xml, root) => xml.replaceAll(root, `x:${root}`)],
  ['another root', (xml, root) => xml.replaceAll(root, 'Other')],
  ['no end', (xml) => xml.slice(0, -4)],
  ['a NUL', (xml) => xml.replace('</', '\0</')],
  ['UTF-16', (xml) => Buffer.from(`\ufeff${xml}`, 'utf16le')],
  [
    'bytes that are no UTF-8',
    (xml) => Buffer.concat([Buffer.from(xml.slice(0, -12)), Buffer.from([0xc0, 0xaf]), Buffer.from(xml.slice(-12))]),
  ],
  ['another encoding', (xml) => `<?xml version="1.0" encoding="UTF-7"?>${xml}`],
  ['another version', (xml) => `<?xml version="1.1"?>${xml}`],
]

const rootOf = (xml: string): string => /^<(\w+)/.exec(xml)?.[1] ?? ''

describe.each(TAKERS)('%s', (_, order, xml) => {
  test('is taken when nothing is wrong with it', async () => {
    for (const body of [xml, `\ufeff<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`]) {
      stage.backend.reset()
      expect((await stage.send(signedBy(ROOT, { ...order, body }))).outcome).toBe('200')
      expect((await stage.backend.settled()).length).toBe(1)
    }
  })

  test.each(SPOILERS)('D9: a document with %s is refused', async (_name, spoil) => {
    const request = signedBy(ROOT, { ...order, body: spoil(xml, rootOf(xml)) })
    expect((await stage.send(request)).outcome).toBe('400 MalformedXML')
    await stage.expectBackendSawNothing()
  })

  test('D8: a document above the limit is refused as soon as it is announced', async () => {
    const body = xml.replace('</', `${'x'.repeat(MAX_BYTES)}</`)
    expect((await stage.send(signedBy(ROOT, { ...order, body }))).outcome).toBe('400 MaxMessageLengthExceeded')
    await stage.expectBackendSawNothing()
    // Nothing of it is needed for that.
    const connection = await stage.connect()
    const { target, headers } = signedBy(ROOT, { ...order, payloadHash: '0'.repeat(64) })
    const announced = headers
      .filter(([name]) => name !== 'content-length')
      .map(([name, value]) => `${name}: ${value}\r\n`)
    await connection.write(
      `${order.method} ${target} HTTP/1.1\r\n${announced.join('')}content-length: 99999999999\r\n\r\n`,
    )
    expect((await connection.answer())?.outcome).toBe('400 MaxMessageLengthExceeded')
    connection.destroy()
    await stage.expectBackendSawNothing()
  })
})

describe('forms', () => {
  test('D8: fields above their limit are refused, in one field or in many', async () => {
    for (const fields of [
      [formPart('name="key"', 'k'.repeat(40_000))],
      Array.from({ length: 400 }, (_, i) => formPart(`name="x-ignore-${i}"`, 'x'.repeat(200))),
    ]) {
      const answer = await stage.send(formRequest('a-bkt', Buffer.concat(fields)))
      expect(answer.status).toBe(400)
      await stage.expectBackendSawNothing()
    }
  })
})
