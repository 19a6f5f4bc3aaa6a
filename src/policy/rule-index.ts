import { type ActionSet, includesAction } from './action-set.ts'
import type { ConditionCheck } from './conditions.ts'
import type { PrincipalSet } from './principal-set.ts'
import { resourceHead, type ResourceSet } from './resource-set.ts'
import { beginsWith } from './wildcard.ts'

/**
 * A statement as far as it concerns one of its resource patterns: it matches when everything in it does. A statement with
 * several patterns becomes several rules, so that a request meets only those that begin as its resource does.
 */
export interface Rule {
  readonly sid: string | undefined
  /** Of the statement in its policy. */
  readonly index: number
  readonly actions: ActionSet
  readonly resource: ResourceSet
  /** Of resource policies only. */
  readonly principals: PrincipalSet | undefined
  readonly conditions: ConditionCheck | undefined
}

/** Fewer rules than this are faster to look through than to look up. */
const MIN_INDEXED = 12

/** Rules by the literal text that their resources begin with. */
export class RuleIndex {
  /** In the order of the document. */
  readonly rules: readonly Rule[]
  /** Sorted by their heads; undefined for a few rules. */
  readonly #shelves: readonly Shelf[] | undefined

  constructor(rules: readonly Rule[]) {
    this.rules = rules
    this.#shelves = rules.length < MIN_INDEXED ? undefined : shelvesOf(rules)
  }

  /** Whether a request need not look at every rule, but only at its {@link candidates}. */
  get isIndexed(): boolean {
    return this.#shelves !== undefined
  }

  /**
   * Lists of rules, each in the order of the document, that together hold every rule which may match.
   * @param part of the resource, after the fifth colon; undefined for resources of other services
   * @param actionId -1 for an action that S3 does not have
   */
  candidates(part: string | undefined, actionId: number): readonly (readonly Rule[])[] {
    return this.#above(part ?? '').map((shelf) => shelf.rulesFor(actionId))
  }

  /** All rules that can match a resource whose part begins with `prefix`, and some more. */
  rulesAround(prefix: string): readonly Rule[] {
    const shelves = this.#shelves
    if (shelves === undefined) {
      return this.rules.filter((rule) => {
        const head = resourceHead(rule.resource)
        return head.startsWith(prefix) || prefix.startsWith(head)
      })
    }
    const found = this.#above(prefix).filter((shelf) => shelf.head !== prefix)
    for (let at = this.#firstFrom(prefix); ; at++) {
      const shelf = shelves[at]
      if (shelf === undefined || !shelf.head.startsWith(prefix)) break
      found.push(shelf)
    }
    return found.flatMap((shelf) => shelf.rules)
  }

  /** The shelves whose heads the text begins with: the last one not after it in the order, or those above that one. */
  #above(text: string): Shelf[] {
    const above: Shelf[] = []
    let shelf = this.#shelves?.[this.#firstAfter(text) - 1]
    while (shelf !== undefined && !beginsWith(text, shelf.head)) shelf = shelf.parent
    for (; shelf !== undefined; shelf = shelf.parent) above.push(shelf)
    return above
  }

  #firstAfter(text: string): number {
    return this.#search((head) => head > text)
  }

  #firstFrom(text: string): number {
    return this.#search((head) => head >= text)
  }

  /** Where the first shelf is of those that pass; they stand behind all others. */
  #search(passes: (head: string) => boolean): number {
    const shelves = this.#shelves ?? []
    let low = 0
    let high = shelves.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (passes(shelves[middle]?.head ?? '')) high = middle
      else low = middle + 1
    }
    return low
  }
}

/** The rules with one head. */
class Shelf {
  readonly head: string
  /** The shelf with the longest head that this one's begins with. */
  readonly parent: Shelf | undefined
  readonly rules: readonly Rule[]
  /** Filled as actions are asked for: of many rules with one head, few are about an action. */
  readonly #byAction: Map<number, readonly Rule[]> | undefined

  constructor(head: string, parent: Shelf | undefined, rules: readonly Rule[]) {
    this.head = head
    this.parent = parent
    this.rules = rules
    this.#byAction = rules.length < MIN_INDEXED ? undefined : new Map<number, readonly Rule[]>()
  }

  rulesFor(actionId: number): readonly Rule[] {
    if (this.#byAction === undefined || actionId < 0) return this.rules
    const known = this.#byAction.get(actionId)
    if (known !== undefined) return known
    const found = this.rules.filter(({ actions }) => includesAction(actions, actionId, ''))
    this.#byAction.set(actionId, found)
    return found
  }
}

function shelvesOf(rules: readonly Rule[]): readonly Shelf[] {
  const byHead = Map.groupBy(rules, (rule) => resourceHead(rule.resource))
  const heads = [...byHead.keys()].sort()
  const shelves: Shelf[] = []
  for (const head of heads) {
    let parent = shelves.at(-1)
    while (parent !== undefined && !head.startsWith(parent.head)) parent = parent.parent
    shelves.push(new Shelf(head, parent, byHead.get(head) ?? []))
  }
  return shelves
}
