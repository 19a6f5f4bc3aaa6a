import { wordsOf } from './mutate.ts'
import type { Random } from './random.ts'

/** Bodies that clients send, and answers that stores give. */
export const DOCUMENTS: readonly string[] = [
  '<Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Quiet>true</Quiet><Object><Key>a&amp;b &lt;c&gt;</Key></Object><Object><Key>k2</Key><VersionId>v2</VersionId></Object></Delete>',
  '<?xml version="1.0" encoding="UTF-8"?>\n<Delete>\n  <Object>\n    <Key>pfx/k&#xE9;y &#128512;</Key>\n  </Object>\n</Delete>\n',
  '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>"e1"</ETag><ChecksumCRC32>AAAAAA==</ChecksumCRC32></Part><Part><ETag>&quot;e2&quot;</ETag><PartNumber>2</PartNumber></Part></CompleteMultipartUpload>',
  '<Tagging><TagSet><Tag><Key>k</Key><Value>v&apos;s</Value></Tag><Tag><Key>k2</Key><Value/></Tag></TagSet></Tagging>',
  '<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>owner-1</ID><DisplayName>me</DisplayName></Owner><AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>owner-1</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>',
  '<CreateBucketConfiguration><LocationConstraint>eu-test-1</LocationConstraint></CreateBucketConfiguration>',
  '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-01-01T00:00:00Z</RetainUntilDate></Retention>',
  '<LegalHold><Status>ON</Status></LegalHold>',
  '<LifecycleConfiguration><Rule><ID>r</ID><Filter><And><Prefix>p/</Prefix><Tag><Key>a</Key><Value>b</Value></Tag></And></Filter><Status>Enabled</Status></Rule></LifecycleConfiguration>',
  "<?xml version='1.0' standalone='yes' ?>\r\n<ListBucketResult><Name>b</Name><Contents><Key>a\r\nb</Key><Owner><ID>o</ID></Owner></Contents></ListBucketResult>",
  '<Error><Code>NoSuchKey</Code><Message>no</Message><Resource>/b/k</Resource></Error>',
  '\ufeff<a><b/><c></c><d>&#9;&#10;&#13;</d></a>',
]

/** What is put into documents at random. */
export const XML_WORDS: readonly string[] = wordsOf(
  '<!DOCTYPE a [<!ENTITY b "c">]> ◊ <!-- ◊ --> ◊ <![CDATA[ ◊ ]]> ◊ <?xml version="1.0"?> ◊ <?a?> ◊ &b;',
  '&amp; ◊ &lt; ◊ &#0; ◊ &#x1; ◊ &#xD800; ◊ &#x110000; ◊ &#99999999999; ◊ &#x26; ◊ &#38;#60; ◊ & ◊ ; ◊ <a>',
  '</a> ◊ <a/> ◊ < a> ◊ </ a> ◊ <a:b> ◊ <Key> ◊ </Key> ◊ <Key>x</Key> ◊ <Object> ◊ </Object>',
  ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/" ◊  xmlns="" ◊  xmlns:xsi="x" ◊  xsi:type="Group"',
  ' a="b" ◊ \ufeff ◊ \ufffe ◊ \ud83d\ude00 ◊ é ◊ \r ◊ \r\n ◊ \t ◊ <VersionId>v</VersionId> ◊ <Part>',
  '</Part>',
).map((word) => Buffer.from(word).toString('latin1'))

const NAMES = ['a', 'Key', 'Object', '_x', 'A-b.c', 'Delete', 'Tag'] as const
const TEXTS = ['', 'x', ' ', '&amp;', 'a&#x41;b', '\r\n', 'é', '>', '"', '&#13;', 'a b'] as const

/** A random document of the subset, as UTF-8 bytes in latin1 text. */
export function randomDocument(random: Random): string {
  const element = (depth: number): string => {
    const name = random.pick(NAMES)
    const blank = random.oneIn(4) ? ' ' : ''
    if (random.oneIn(4)) return `<${name}${blank}/>`
    const children = depth < 6 && random.oneIn(2) ? 1 + random.below(4) : 0
    const gap = random.oneIn(3) ? '\n ' : ''
    const inner =
      children === 0
        ? random.pick(TEXTS)
        : gap + Array.from({ length: children }, () => element(depth + 1)).join(gap) + gap
    return `<${name}${blank}>${inner}</${name}${blank}>`
  }
  return Buffer.from(`${random.oneIn(3) ? '<?xml version="1.0"?>' : ''}${element(1)}`).toString('latin1')
}
