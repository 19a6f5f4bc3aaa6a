/** An element: its name without a prefix, its children, its text where it has no children. */
export interface XmlElement {
  readonly name: string
  readonly children: readonly XmlElement[]
  readonly text: string
}

const TOKEN = /<\?[^>]*\?>|<!--[^]*?-->|<!\[CDATA\[([^]*?)\]\]>|<(\/?)([^\s/>]+)((?:\s[^>]*?)?)(\/?)>|([^<]+)/gy

interface OpenElement {
  readonly name: string
  readonly children: XmlElement[]
  text: string
}

/** Reads an XML document of the plain kind that S3 answers with; undefined when it is none. */
export function parseXml(text: string): XmlElement | undefined {
  const root: OpenElement = { name: '', children: [], text: '' }
  const open: OpenElement[] = [root]
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text)
    if (match === null || !take(match, open)) return undefined
  }
  return open.length === 1 && root.children.length === 1 && root.text.trim() === '' ? root.children[0] : undefined
}

/** Takes the next token; false when the document is none. */
function take([, data, closing, name, , selfClosing, plain]: RegExpExecArray, open: OpenElement[]): boolean {
  const current = open.at(-1)
  if (current === undefined) return false
  current.text += data ?? unescapeText(plain ?? '')
  if (name === undefined) return true
  if (closing === '/') return close(localName(name), open)
  const element = { name: localName(name), children: [], text: '' }
  if (selfClosing === '/') current.children.push(element)
  else open.push(element)
  return true
}

function close(name: string, open: OpenElement[]): boolean {
  const closed = open.pop()
  if (closed === undefined || closed.name !== name || open.length === 0) return false
  open.at(-1)?.children.push(finished(closed))
  return true
}

/** The text of the first element of that name, in document order. */
export function textOf(element: XmlElement | undefined, name: string): string | undefined {
  if (element === undefined) return undefined
  if (element.name === name) return element.text
  for (const child of element.children) {
    const found = textOf(child, name)
    if (found !== undefined) return found
  }
  return undefined
}

function finished({ name, children, text }: OpenElement): XmlElement {
  return { name, children, text: children.length > 0 ? '' : text }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

function unescapeText(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return named[name ?? ''] ?? whole
  })
}
