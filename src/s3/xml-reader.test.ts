import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { S3_NAMESPACE, XSI_NAMESPACE } from './xml.ts'
import { BACKEND_XML_LIMITS, isXmlProblem, REQUEST_XML_LIMITS, readXml, type XmlElement } from './xml-reader.ts'

function read(xml: string | Buffer) {
  return readXml(typeof xml === 'string' ? Buffer.from(xml) : xml)
}

function shape(node: XmlElement): unknown {
  return node.children.length === 0 ? [node.name, node.text] : [node.name, node.children.map(shape)]
}

describe('accepted', () => {
  test.each<[string, string, unknown]>([
    ['an empty root', '<A/>', ['A', '']],
    ['a declaration in double quotes', '<?xml version="1.0" encoding="UTF-8"?>\n<A>b</A>', ['A', 'b']],
    ['a declaration in single quotes', "<?xml version='1.0' encoding='utf-8' standalone='yes' ?><A></A>", ['A', '']],
    ['a byte order mark', '\ufeff<?xml version="1.0"?><A/>', ['A', '']],
    [
      'blanks around the root and between elements',
      ' \n<A>\r\n  <B>x</B>\t<C/>\n</A>\n ',
      [
        'A',
        [
          ['B', 'x'],
          ['C', ''],
        ],
      ],
    ],
    ['blanks inside a leaf, kept', '<A><Key>  a b\n</Key></A>', ['A', [['Key', '  a b\n']]]],
    ['digits as text', '<A><Key>007</Key></A>', ['A', [['Key', '007']]]],
    ['the five entities', '<A>&lt;&gt;&amp;&quot;&apos;</A>', ['A', `<>&"'`]],
    ['numeric references', '<A>&#10;&#x0D;&#9;&#xe9;&#x1F600;&#65536;</A>', ['A', '\n\r\té😀\u{10000}']],
    ['an entity is decoded once', '<A>&amp;lt;</A>', ['A', '&lt;']],
    ['line ends become LF, references to CR stay', '<A>a\r\nb\rc&#13;</A>', ['A', 'a\nb\nc\r']],
    ['the namespace of S3', `<A xmlns="${S3_NAMESPACE}"><B xmlns=""/></A>`, ['A', [['B', '']]]],
    ['blanks within tags', `<A  xmlns = '${S3_NAMESPACE}' ><B /></A >`, ['A', [['B', '']]]],
    ['names like object keys', '<A><__proto__>x</__proto__></A>', ['A', [['__proto__', 'x']]]],
  ])('%s', (_name, xml, expected) => {
    const result = read(xml)
    expect(isXmlProblem(result) ? result : shape(result)).toEqual(expected)
  })

  test('xsi:type, bound on the element or above it', () => {
    for (const xml of [
      `<G xmlns:xsi="${XSI_NAMESPACE}" xsi:type="Group"/>`,
      `<A xmlns:xsi="${XSI_NAMESPACE}"><G xsi:type="Group"></G></A>`,
    ]) {
      const result = read(xml)
      expect(isXmlProblem(result) ? result : (result.children[0] ?? result).xsiType).toBe('Group')
    }
  })
})

describe('refused', () => {
  test.each<[string, string | Buffer, string]>([
    ['nothing', '', 'no-root'],
    ['blanks only', ' \n', 'no-root'],
    ['text only', 'Delete', 'text-outside-root'],
    ['JSON', '{"Delete":{}}', 'text-outside-root'],
    ['text before the root', 'x<A/>', 'text-outside-root'],
    ['text after the root', '<A/>x', 'text-outside-root'],
    ['a second root', '<A/><B/>', 'text-outside-root'],
    ['a reference outside the root', '&#32;<A/>', 'text-outside-root'],
    ['a root never closed', '<A><B/>', 'unclosed'],
    ['a cut tag', '<A><B', 'bad-tag'],
    ['a lone bracket', '<A><</A>', 'bad-tag'],
    ['a closing tag without an opening one', '</A>', 'mismatched-tag'],
    ['crossed tags', '<A><B></A></B>', 'mismatched-tag'],
    ['a closing tag in another case', '<A></a>', 'mismatched-tag'],
    ['a closing tag with an attribute', '<A></A x="1">', 'bad-tag'],
    ['a tag without a name', '<A>< B/></A>', 'bad-tag'],
    ['a prefixed element', `<s:A xmlns:s="${S3_NAMESPACE}"/>`, 'bad-tag'],
    ['a name that begins with a digit', '<1A/>', 'bad-tag'],
    ['an element name beyond ASCII', '<Ä/>', 'bad-tag'],
    ['a half-closed empty tag', '<A/ >', 'bad-tag'],
    ['any other attribute', '<A id="1"/>', 'bad-attribute'],
    ['xml:space', '<A xml:space="preserve"/>', 'bad-attribute'],
    ['xsi:nil', `<A xmlns:xsi="${XSI_NAMESPACE}" xsi:nil="true"/>`, 'bad-attribute'],
    ['a prefix of ones own', '<A xmlns:s="x"/>', 'bad-attribute'],
    ['a doubled attribute', `<A xmlns="" xmlns=""/>`, 'bad-attribute'],
    ['attributes without a blank between', `<A xmlns="${S3_NAMESPACE}"xmlns:xsi="${XSI_NAMESPACE}"/>`, 'bad-tag'],
    ['an attribute without a value', '<A xmlns/>', 'bad-attribute'],
    ['an attribute without quotes', '<A xmlns=x/>', 'bad-attribute'],
    [
      'a line end in an attribute',
      '<A xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="a\nb"/>',
      'bad-attribute',
    ],
    ['a bracket in an attribute', '<A xmlns="<"/>', 'bad-attribute'],
    ['an entity in an attribute', '<A xmlns="&lt;"/>', 'bad-attribute'],
    ['a foreign namespace', '<A xmlns="urn:x"/>', 'bad-namespace'],
    ['a foreign namespace on a child', `<A xmlns="${S3_NAMESPACE}"><B xmlns="urn:x"/></A>`, 'bad-namespace'],
    ['xsi bound to something else', '<A xmlns:xsi="urn:x"/>', 'bad-namespace'],
    ['xsi:type without a binding', '<A xsi:type="Group"/>', 'bad-namespace'],
    ['xsi:type bound on a sibling only', `<A><B xmlns:xsi="${XSI_NAMESPACE}"/><C xsi:type="x"/></A>`, 'bad-namespace'],
    ['a DOCTYPE', '<!DOCTYPE A><A/>', 'doctype'],
    ['entity bombs', '<!DOCTYPE A [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><A>&b;</A>', 'doctype'],
    ['an external entity', '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]><A>&x;</A>', 'doctype'],
    ['a DOCTYPE in lower case', '<!doctype a><a/>', 'doctype'],
    ['a comment', '<A><Key>a<!-- -->b</Key></A>', 'comment'],
    ['CDATA', '<A><Key><![CDATA[a]]></Key></A>', 'cdata'],
    ['the end of a CDATA section', '<A>]]></A>', 'bad-tag'],
    ['a processing instruction', '<?php x ?><A/>', 'processing-instruction'],
    ['a style sheet', '<?xml-stylesheet href="x"?><A/>', 'processing-instruction'],
    ['a second declaration', '<?xml version="1.0"?><?xml version="1.0"?><A/>', 'processing-instruction'],
    ['a late declaration', ' <?xml version="1.0"?><A/>', 'processing-instruction'],
    ['XML 1.1', '<?xml version="1.1"?><A/>', 'bad-declaration'],
    ['another encoding', '<?xml version="1.0" encoding="UTF-16"?><A/>', 'bad-declaration'],
    ['a declaration without version', '<?xml encoding="UTF-8"?><A/>', 'bad-declaration'],
    ['a declaration in upper case', '<?XML version="1.0"?><A/>', 'processing-instruction'],
    ['text beside elements', '<A>x<B/></A>', 'mixed-content'],
    ['text after elements', '<A><B/>x</A>', 'mixed-content'],
    ['an unknown entity', '<A>&nbsp;</A>', 'bad-reference'],
    ['a bare ampersand', '<A>a & b</A>', 'bad-reference'],
    ['an ampersand at the end', '<A>a;&</A>', 'bad-reference'],
    ['an entity in another case', '<A>&LT;</A>', 'bad-reference'],
    ['an empty reference', '<A>&#;</A>', 'bad-reference'],
    ['a signed reference', '<A>&#-1;</A>', 'bad-reference'],
    ['a reference to NUL', '<A>&#0;</A>', 'bad-reference'],
    ['a reference to a control', '<A>&#x1;</A>', 'bad-reference'],
    ['a reference to a surrogate', '<A>&#xD800;</A>', 'bad-reference'],
    ['a reference to a noncharacter', '<A>&#xFFFF;</A>', 'bad-reference'],
    ['a reference beyond Unicode', '<A>&#x110000;</A>', 'bad-reference'],
    ['a reference without end', `<A>&#${'0'.repeat(100)}65;</A>`, 'bad-reference'],
    ['a control character', '<A>\u0001</A>', 'illegal-character'],
    ['a NUL', '<A>\u0000</A>', 'illegal-character'],
    ['bytes that are not UTF-8', Buffer.from([0x3c, 0x41, 0x3e, 0xff, 0x3c, 0x2f, 0x41, 0x3e]), 'not-utf8'],
    ['an overlong encoding', Buffer.from([0x3c, 0x41, 0x3e, 0xc0, 0xaf, 0x3c, 0x2f, 0x41, 0x3e]), 'not-utf8'],
    ['UTF-16 with a byte order mark', Buffer.from('\ufeff<A/>', 'utf16le'), 'not-utf8'],
    ['UTF-16 without one', Buffer.from('<A/>', 'utf16le'), 'illegal-character'],
    ['a second byte order mark', '\ufeff\ufeff<A/>', 'text-outside-root'],
    ['nine levels', '<A>'.repeat(9) + '</A>'.repeat(9), 'too-deep'],
  ])('%s', (_name, xml, problem) => {
    expect(read(xml)).toEqual({ problem })
  })

  test('more bytes than the limit', () => {
    expect(readXml(Buffer.from('<A></A>'), { ...REQUEST_XML_LIMITS, maxBytes: 6 })).toEqual({ problem: 'too-large' })
  })

  test('more elements than the limit', () => {
    expect(readXml(Buffer.from('<A><B/><B/></A>'), { ...REQUEST_XML_LIMITS, maxElements: 2 })).toEqual({
      problem: 'too-many-elements',
    })
  })

  test('an endless nest at once, whatever its size', () => {
    const started = performance.now()
    expect(read('<A>'.repeat(600_000))).toEqual({ problem: 'too-deep' })
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

describe('what backends write', () => {
  test.each([
    ['a reference to a control character', 'bell&#x01;end', 'bell\u0001end'],
    ['a control character as it is', 'bell\u0001end', 'bell\u0001end'],
    ['noncharacters', '&#xFFFE;\uffff', '\ufffe\uffff'],
  ])('%s in a key is read', (_name, written, key) => {
    expect(readXml(Buffer.from(`<A>${written}</A>`), BACKEND_XML_LIMITS)).toMatchObject({ text: key })
  })

  test.each([
    ['a reference to NUL', '<A>&#0;</A>', 'bad-reference'],
    ['a NUL', '<A>\u0000</A>', 'illegal-character'],
    ['a reference to a surrogate', '<A>&#xD800;</A>', 'bad-reference'],
    ['a reference beyond Unicode', '<A>&#x110000;</A>', 'bad-reference'],
    ['a control character in a name', '<A\u0001/>', 'bad-tag'],
  ])('%s is none of it', (_name, xml, problem) => {
    expect(readXml(Buffer.from(xml), BACKEND_XML_LIMITS)).toEqual({ problem })
  })
})

test('time grows with the size only', () => {
  const attacks = [
    `<A>${'&amp;'.repeat(400_000)}</A>`,
    `<A>${'&'.repeat(2_000_000)}</A>`,
    `<A>${' '.repeat(2_000_000)}`,
    `<A ${' '.repeat(2_000_000)}`,
    `<A xmlns="${'x'.repeat(2_000_000)}`,
    `<${'A'.repeat(2_000_000)}`,
    `<A>${'<B/>'.repeat(90_000)}</A>`,
    `<A>${']'.repeat(2_000_000)}</A>`,
    `<?xml ${' '.repeat(2_000_000)}`,
  ]
  for (const attack of attacks) {
    const started = performance.now()
    read(attack)
    expect(performance.now() - started).toBeLessThan(3000)
  }
})

test('arbitrary text never throws and what is accepted has one root', () => {
  const soup = fc.array(
    fc.constantFrom(
      '<A>',
      '</A>',
      '<B/>',
      '<B>',
      '</B>',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      '&lt;',
      '&',
      ';',
      '"',
      ' ',
      'x',
      '<!DOCTYPE a>',
      '=',
      '/',
      '<',
      '>',
      ' xmlns=""',
    ),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(soup, (pieces) => {
      const source = pieces.join('')
      const result = read(source)
      if (isXmlProblem(result)) return
      expect(source).not.toMatch(/<!|<\?/)
      expect(['A', 'B']).toContain(result.name)
    }),
    { numRuns: 2000 },
  )
})
