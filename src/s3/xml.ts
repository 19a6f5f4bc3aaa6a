/** The namespace of every S3 document. */
export const S3_NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** The namespace that `xsi:type` of an ACL's Grantee lives in. */
export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance'

/** A finished piece of markup. Only this module makes one, so its text is always escaped. */
export interface XmlFragment {
  readonly xml: string
}

/** What an element may hold: text (escaped here), other elements, or nothing where a field is absent. */
export type XmlContent = string | XmlFragment | undefined | readonly XmlFragment[]

/** The only attributes S3 documents have. */
export interface XmlAttributes {
  readonly xmlns?: string
  readonly 'xmlns:xsi'?: string
  readonly 'xsi:type'?: string
}

// What XML 1.0 cannot carry even as a reference (production 2), and what must be written as a reference.
// CR would be read back as LF (§2.11); S3 writes it and the quote as references too.
const SPECIAL = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
/** Without any of these, and without surrogates, a text is its own spelling: nearly all texts of a listing are. */
const NOTABLE = /[&<>"\r\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\r', '&#13;'],
])

/**
 * Text as XML 1.0 character data or attribute value. Carriage returns become `&#13;`. Characters that XML 1.0 cannot
 * carry (most controls, U+FFFE, U+FFFF, lone surrogates) become U+FFFD: who must keep them uses `encoding-type=url`.
 * @see https://www.w3.org/TR/xml/#charsets
 */
export function escapeXml(text: string): string {
  if (!NOTABLE.test(text)) return text
  return text.toWellFormed().replace(SPECIAL, (character) => ESCAPES.get(character) ?? '\ufffd')
}

/** `<name>…</name>`. The name is a constant of the caller and is not escaped; absent children leave nothing behind. */
export function element(name: string, ...children: readonly XmlContent[]): XmlFragment {
  let xml = `<${name}>`
  for (const child of children) xml += markup(child)
  return { xml: `${xml}</${name}>` }
}

/** As `element`, with attributes. */
export function elementWith(name: string, attributes: XmlAttributes, ...children: readonly XmlContent[]): XmlFragment {
  let xml = `<${name}`
  for (const [attribute, value] of Object.entries(attributes)) xml += ` ${attribute}="${escapeXml(String(value))}"`
  xml += '>'
  for (const child of children) xml += markup(child)
  return { xml: `${xml}</${name}>` }
}

/** `<name>text</name>`, or nothing when there is no text. For optional fields. */
export function optionalElement(name: string, text: string | undefined): XmlFragment | undefined {
  return text === undefined ? undefined : element(name, text)
}

/** A whole S3 document: declaration and root element in S3's namespace. */
export function xmlDocument(rootName: string, ...children: readonly XmlContent[]): string {
  return plainXmlDocument(elementWith(rootName, { xmlns: S3_NAMESPACE }, ...children))
}

/** A whole document around a root that is already written, such as `<Error>`, which has no namespace in S3. */
export function plainXmlDocument(root: XmlFragment): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${root.xml}`
}

function markup(content: XmlContent): string {
  if (content === undefined) return ''
  if (typeof content === 'string') return escapeXml(content)
  if ('xml' in content) return content.xml
  return content.map((fragment) => fragment.xml).join('')
}
