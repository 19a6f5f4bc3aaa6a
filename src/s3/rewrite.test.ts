import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnswerIdentity, AnswerRewriter } from './rewrite.ts'

const IDENTITY: AnswerIdentity = { ownerId: 'proxy', ownerDisplayName: 'A & B', location: 'http://s3.example/b/k' }
const OURS = '<ID>proxy</ID><DisplayName>A &amp; B</DisplayName>'
const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

function rewrite(xml: string | Buffer, identity = IDENTITY, cuts: readonly number[] = []): string {
  const bytes = Buffer.from(xml)
  const rewriter = new AnswerRewriter(identity)
  const out: Buffer[] = []
  let from = 0
  for (const cut of [...cuts, bytes.length]) {
    out.push(...rewriter.push(bytes.subarray(from, Math.max(from, cut))))
    from = Math.max(from, cut)
  }
  return Buffer.concat([...out, ...rewriter.finish()]).toString()
}

describe('rewriting an answer', () => {
  test.each([
    [
      'owner of a listing',
      '<Contents><Owner><ID>m</ID><DisplayName>M</DisplayName></Owner></Contents>',
      `<Contents><Owner>${OURS}</Owner></Contents>`,
    ],
    ['owner with blanks', '<Owner>\n  <ID>m</ID>\n</Owner >', `<Owner>${OURS}</Owner>`],
    ['initiator', '<Initiator><ID>arn:x</ID></Initiator>', `<Initiator>${OURS}</Initiator>`],
    ['empty owner', '<Owner></Owner><Owner/><Owner />', `<Owner>${OURS}</Owner><Owner/><Owner />`],
    [
      'location',
      '<R><Location>https://10.0.0.1:7480/b/k</Location></R>',
      '<R><Location>http://s3.example/b/k</Location></R>',
    ],
    [
      'names that only begin alike',
      '<OwnerX>a</OwnerX><LocationConstraint>b</LocationConstraint><O>c</O>',
      '<OwnerX>a</OwnerX><LocationConstraint>b</LocationConstraint><O>c</O>',
    ],
    ['a longer name within', '<Owner><OwnerX>a</OwnerX></Owner>b', null],
    ['a second owner within the first', '<Owner><ID>m</ID><Owner>a</Owner>b</Owner>', null],
    ['an owner within a grantee', '<Grantee><ID>m</ID><Owner>a</Owner></Grantee>', null],
    ['an end that only begins alike', '<Owner>a</OwnerX>b</Owner>', `<Owner>${OURS}</Owner>`],
    ['a bracket in an attribute', '<Owner xsi:type=">"><ID>m</ID></Owner>', `<Owner xsi:type=">">${OURS}</Owner>`],
    ['whose the copies are to be', '<Owner>Destination</Owner>', '<Owner>Destination</Owner>'],
    ['escaped markup in a key', '<Key>&lt;Owner&gt;&lt;/Owner&gt;</Key>', '<Key>&lt;Owner&gt;&lt;/Owner&gt;</Key>'],
    [
      'markup in comments and CDATA',
      '<?xml version="1.0"?><!--<Owner>a</Owner>--><K><![CDATA[<Owner>b</Owner>]]></K><!X>',
      '<?xml version="1.0"?><!--<Owner>a</Owner>--><K><![CDATA[<Owner>b</Owner>]]></K><!X>',
    ],
    ['text without markup', 'no markup at all', 'no markup at all'],
    ['a lone bracket at the end', 'a<', 'a<'],
  ])('%s', (_name, before, after) => {
    if (after === null) expect(() => rewrite(before)).toThrow('An internal error occurred')
    else expect(rewrite(before)).toBe(after)
  })

  test('an ACL shows the same owner as grantee, and other grantees as they are', () => {
    const grantee = (id: string) =>
      `<Grantee ${XSI} xsi:type="CanonicalUser"><ID>${id}</ID><DisplayName>M</DisplayName></Grantee>`
    const group = `<Grantee ${XSI} xsi:type="Group"><URI>u</URI></Grantee>`
    const acl = (ownerContent: string, first: string) =>
      `<A><Owner>${ownerContent}</Owner><L>${first}${grantee('other')}${group}</L></A>`
    expect(rewrite(acl('<ID>m</ID>', grantee('m')))).toBe(
      acl(OURS, `<Grantee ${XSI} xsi:type="CanonicalUser">${OURS}</Grantee>`),
    )
  })

  test('without a display name or a location these are left out or alone', () => {
    const identity = { ownerId: 'proxy', ownerDisplayName: undefined }
    expect(rewrite('<Owner><ID>m</ID></Owner><Location>x</Location>', identity)).toBe(
      '<Owner><ID>proxy</ID></Owner><Location>x</Location>',
    )
  })

  test('a listing without owners passes byte for byte, without a copy', () => {
    const bytes = Buffer.from(
      '<ListBucketResult><Contents><Key>%3COwner%3E+\u00fc</Key><LastModified/></Contents></ListBucketResult>',
    )
    const out = new AnswerRewriter(IDENTITY).push(bytes)
    expect(out).toHaveLength(1)
    expect(out[0]?.buffer).toBe(bytes.buffer)
    expect(out[0]?.equals(bytes)).toBe(true)
  })

  test('is the same under any cuts', () => {
    const piece = fc.constantFrom(
      '<Owner><ID>m</ID><DisplayName>ü😀</DisplayName></Owner>',
      '<Initiator><ID>m</ID></Initiator>',
      `<Grantee ${XSI} xsi:type="CanonicalUser"><ID>m</ID></Grantee>`,
      '<Location>http://x/</Location>',
      '<LocationConstraint/>',
      '<Own>',
      '<!-- <Owner> -->',
      '<![CDATA[</Owner>]]>',
      '<?xml version="1.0"?>',
      'ü😀\n',
      '<Key>a</Key>',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(400), { maxLength: 12 }), (pieces, cuts) => {
        const xml = pieces.join('')
        const sorted = cuts.sort((a, b) => a - b)
        expect(rewrite(xml, IDENTITY, sorted)).toBe(rewrite(xml))
        expect(rewrite(xml, IDENTITY, Array.from(Buffer.from(xml).keys()))).toBe(rewrite(xml))
      }),
    )
  })

  test.each([
    ['an owner that never ends', `<Owner>${'x'.repeat(20_000)}`],
    ['a tag that never ends', `<Owner ${' '.repeat(20_000)}`],
    ['a comment that never ends', `<!--${'x'.repeat(20_000)}`],
  ])('holds no more than 8 KiB of %s', (_name, xml) => {
    const rewriter = new AnswerRewriter(IDENTITY)
    const feed = () => {
      for (let at = 0; at < xml.length; at += 100) rewriter.push(Buffer.from(xml.slice(at, at + 100)))
    }
    expect(feed).toThrow(expect.objectContaining({ code: 'InternalError' }))
  })

  test.each(['<R><Owner><ID>m', '<R><Owner><ID>m</ID></Owner', '<R><Own', '<!-- x', '<![CD'])(
    'an answer that breaks off in %s is a failure',
    (xml) => {
      expect(() => rewrite(xml)).toThrow(expect.objectContaining({ code: 'InternalError' }))
    },
  )
})
