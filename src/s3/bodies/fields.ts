import type { XmlElement } from '../xml-reader.ts'
import { BodyRefusal } from './read-body.ts'

/** How often a child may stand, and whether it holds text or elements. */
export type FieldKind = 'text' | 'text?' | 'texts' | 'element' | 'element?' | 'elements'

/** The children of one element, sorted by name, each as often as its kind allows. */
export interface Fields {
  /** Text of a `text` field. */
  text(name: string): string
  /** Text of a `text?` field. */
  optionalText(name: string): string | undefined
  /** Of an `element` or `element?` field. */
  optionalElement(name: string): XmlElement | undefined
  /** Of a `texts` or `elements` field, in document order. */
  elements(name: string): readonly XmlElement[]
}

/**
 * Takes an element apart strictly: an unknown child, a second one where one may stand, a missing one, or elements where
 * text is due throw `BodyRefusal`. Readers that merge or skip such children would each see another request.
 */
export function readFields(parent: XmlElement, kinds: ReadonlyMap<string, FieldKind>): Fields {
  const found = new Map<string, XmlElement[]>()
  for (const child of parent.children) {
    const kind = kinds.get(child.name)
    if (kind === undefined) throw new BodyRefusal('unknown-element')
    const same = found.get(child.name)
    if (same === undefined) found.set(child.name, [child])
    else if (kind.endsWith('s')) same.push(child)
    else throw new BodyRefusal('duplicate-element')
    if (kind.startsWith('text') ? child.children.length > 0 : !isBlank(child.text)) {
      throw new BodyRefusal('unexpected-content')
    }
  }
  if (!isBlank(parent.text)) throw new BodyRefusal('unexpected-content')
  for (const [name, kind] of kinds) {
    if ((kind === 'text' || kind === 'element') && !found.has(name)) throw new BodyRefusal('missing-element')
  }
  return {
    text: (name) => found.get(name)?.[0]?.text ?? '',
    optionalText: (name) => found.get(name)?.[0]?.text,
    optionalElement: (name) => found.get(name)?.[0],
    elements: (name) => found.get(name) ?? [],
  }
}

/** Text of the first child of that name. For answers of the backend, whose further elements do not matter. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text
}

/** `true` or `false` as XML Schema spells them, letters in any case. */
export function readBoolean(text: string | undefined): boolean {
  const lower = text?.toLowerCase()
  if (lower === undefined || lower === 'false' || lower === '0') return false
  if (lower === 'true' || lower === '1') return true
  throw new BodyRefusal('not-a-boolean')
}

function isBlank(text: string): boolean {
  return /^[ \t\r\n]*$/.test(text)
}
