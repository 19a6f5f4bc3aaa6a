// A second reader of S3's subset of XML, by one regular expression over tokens, written from XML 1.0 (sections 2.4, 2.11,
// 3.1, 4.1, 4.6) and Namespaces in XML. It shares nothing with src/.

/** An element as the other reader sees it. */
export interface OtherElement {
  readonly name: string
  readonly xsiType: string | undefined
  readonly children: readonly OtherElement[]
  readonly text: string
}

const S3 = 'http://s3.amazonaws.com/doc/2006-03-01/'
const OLD = 'http://doc.s3.amazonaws.com/2006-03-01/'
const NAMESPACES: ReadonlySet<string> = new Set(['', S3, S3.slice(0, -1), OLD, OLD.slice(0, -1)])
const XSI = 'http://www.w3.org/2001/XMLSchema-instance'

const TOKEN = /<(\/?)([A-Za-z_][A-Za-z0-9_.-]*)([^<>]*?(?:"[^"<]*"[^<>"']*?|'[^'<]*'[^<>"']*?)*)(\/?)>|[^<]+/y
const ATTRIBUTE = /[ \t\r\n]+([A-Za-z_][A-Za-z0-9_.:-]*)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<&\t\r\n]*)"|'([^'<&\t\r\n]*)')/y
const DECLARATION =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(["'])1\.0\1(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(["'])[Uu][Tt][Ff]-8\2)?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(["'])(?:yes|no)\3)?[ \t\r\n]*\?>/
const MAX_DEPTH = 8

interface Open {
  readonly name: string
  readonly xsiType: string | undefined
  readonly knowsXsi: boolean
  readonly children: OtherElement[]
  text: string
}

const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text)

/** Characters of XML 1.0 (production 2). */
const OF_XML = /^[\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u
/** Characters of keys, as backends write them. */
export const OF_KEYS = /^[\x01-\ud7ff\ue000-\u{10ffff}]*$/u

/** The document's tree; undefined for what is not of the subset. `characters` are what its text may hold. */
export function readByOthers(bytes: Buffer, characters: RegExp = OF_XML): OtherElement | undefined {
  const text = bytes.toString('utf8')
  if (!Buffer.from(text).equals(bytes)) return undefined
  const plain = text.startsWith('\ufeff') ? text.slice(1) : text
  if (!characters.test(plain)) return undefined
  const declaration = DECLARATION.exec(plain)?.[0] ?? ''
  return treeOf(plain.slice(declaration.length), characters)
}

function treeOf(body: string, characters: RegExp): OtherElement | undefined {
  const reading: Reading = { open: [], root: undefined, characters }
  for (let at = 0; at < body.length; ) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(body)
    if (token === null || !takeToken(reading, token)) return undefined
    at += token[0].length
  }
  return reading.open.length === 0 ? reading.root : undefined
}

interface Reading {
  readonly open: Open[]
  readonly characters: RegExp
  root: OtherElement | undefined
}

function takeToken(reading: Reading, token: readonly string[]): boolean {
  const { open } = reading
  const parent = open.at(-1)
  const [whole, slash, name, ...inside] = token
  if (name === undefined) return takeText(reading, whole ?? '')
  if (slash === '/') return parent?.name === name && isBlank(inside.join('')) && takeEnd(reading)
  if (reading.root !== undefined || open.length >= MAX_DEPTH) return false
  const opened = openElement(name, inside[0] ?? '', parent)
  if (opened === undefined) return false
  open.push(opened)
  return inside[1] === '' || takeEnd(reading)
}

function takeEnd(reading: Reading): true {
  reading.root = close(reading.open)
  return true
}

function openElement(name: string, inner: string, parent: Open | undefined): Open | undefined {
  const attributes = attributesOf(inner)
  if (attributes === undefined) return undefined
  if (parent !== undefined) {
    if (!isBlank(parent.text)) return undefined
    parent.text = ''
  }
  const knowsXsi = attributes.has('xmlns:xsi') || parent?.knowsXsi === true
  const xsiType = attributes.get('xsi:type')
  return xsiType !== undefined && !knowsXsi ? undefined : { name, xsiType, knowsXsi, children: [], text: '' }
}

/** Ends the innermost element; gives it when it was the root. */
function close(open: Open[]): OtherElement | undefined {
  const closed = open.pop()
  if (closed === undefined) return undefined
  const { name, xsiType, children, text } = closed
  const parent = open.at(-1)
  if (parent === undefined) return { name, xsiType, children, text }
  parent.children.push({ name, xsiType, children, text })
  return undefined
}

function attributesOf(inner: string): ReadonlyMap<string, string> | undefined {
  const found = new Map<string, string>()
  let at = 0
  for (;;) {
    ATTRIBUTE.lastIndex = at
    const attribute = ATTRIBUTE.exec(inner)
    if (attribute === null) break
    at = ATTRIBUTE.lastIndex
    const [, name = '', double, single] = attribute
    const value = double ?? single ?? ''
    const isKnown =
      name === 'xmlns' ? NAMESPACES.has(value) : name === 'xmlns:xsi' ? value === XSI : name === 'xsi:type'
    if (found.has(name) || !isKnown) return undefined
    found.set(name, value)
  }
  return isBlank(inner.slice(at)) ? found : undefined
}

function takeText({ open, characters }: Reading, raw: string): boolean {
  const parent = open.at(-1)
  if (parent === undefined) return isBlank(raw)
  const text = decoded(raw, characters)
  if (text === undefined) return false
  if (parent.children.length > 0) return isBlank(text)
  parent.text += text
  return true
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decoded(raw: string, characters: RegExp): string | undefined {
  if (raw.includes(']]>')) return undefined
  let isRight = true
  const refuse = (): string => {
    isRight = false
    return ''
  }
  const text = raw.replace(
    /\r\n?|&(?:(lt|gt|amp|quot|apos)|#x([0-9A-Fa-f]{1,8})|#([0-9]{1,10}));|&/g,
    (found, name: string | undefined, hex: string | undefined, decimal: string | undefined) => {
      if (found.startsWith('\r')) return '\n'
      if (name !== undefined) return NAMED[name] ?? refuse()
      const code = hex === undefined ? Number(decimal ?? -1) : Number(`0x${hex}`)
      const isCharacter = code >= 0 && code <= 0x10ffff && characters.test(String.fromCodePoint(code))
      return isCharacter ? String.fromCodePoint(code) : refuse()
    },
  )
  return isRight ? text : undefined
}
