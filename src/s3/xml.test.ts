import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  element,
  elementWith,
  escapeXml,
  optionalElement,
  plainXmlDocument,
  S3_NAMESPACE,
  XSI_NAMESPACE,
  xmlDocument,
} from './xml.ts'
import { isXmlProblem, readXml } from './xml-reader.ts'

describe('escaping', () => {
  test.each([
    ['plain text is left alone', 'a/b c', 'a/b c'],
    ['markup', `<a href="x">&'</a>`, `&lt;a href=&quot;x&quot;&gt;&amp;'&lt;/a&gt;`],
    ['a carriage return survives the way back', 'a\r\nb', 'a&#13;\nb'],
    ['tab and line feed are kept', 'a\tb\nc', 'a\tb\nc'],
    ['controls that XML cannot carry', 'a\u0000b\u0001c\u001fd', 'a\ufffdb\ufffdc\ufffdd'],
    ['noncharacters that XML cannot carry', '\ufffe\uffff', '\ufffd\ufffd'],
    ['a lone surrogate', 'a\ud800b', 'a\ufffdb'],
    ['characters beyond the BMP', '😀', '😀'],
  ])('%s', (_name, text, expected) => {
    expect(escapeXml(text)).toBe(expected)
  })
})

describe('the writer', () => {
  test('escapes text and nests elements', () => {
    expect(element('A', element('B', '<&>'), 'x', [element('C'), element('D', 'y')]).xml).toBe(
      '<A><B>&lt;&amp;&gt;</B>x<C></C><D>y</D></A>',
    )
  })

  test('leaves out what is absent', () => {
    expect(element('A', undefined, optionalElement('B', undefined), optionalElement('C', '')).xml).toBe(
      '<A><C></C></A>',
    )
  })

  test('writes the attributes of an ACL grantee', () => {
    const grantee = elementWith('Grantee', { 'xmlns:xsi': XSI_NAMESPACE, 'xsi:type': 'Group' }, element('URI', 'u'))
    expect(grantee.xml).toBe(`<Grantee xmlns:xsi="${XSI_NAMESPACE}" xsi:type="Group"><URI>u</URI></Grantee>`)
  })

  test('puts a root into the namespace of S3, an error document into none', () => {
    expect(xmlDocument('R', element('A', 'b'))).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<R xmlns="${S3_NAMESPACE}"><A>b</A></R>`,
    )
    expect(plainXmlDocument(element('Error'))).toBe('<?xml version="1.0" encoding="UTF-8"?>\n<Error></Error>')
  })

  test('what it writes is read back to the character', () => {
    const carried = fc
      .string({ unit: 'binary' })
      .filter((text) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text))
    fc.assert(
      fc.property(fc.array(carried), (texts) => {
        const xml = xmlDocument('R', ...texts.map((text) => element('T', text)))
        const root = readXml(Buffer.from(xml))
        expect(isXmlProblem(root) ? root : root.children.map((child) => child.text)).toEqual(texts)
      }),
    )
  })
})
