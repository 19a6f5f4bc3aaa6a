import { S3_ERRORS } from '../errors.ts'
import { passedError } from '../passed-error.ts'
import { element, optionalElement, type XmlFragment, xmlDocument } from '../xml.ts'
import { BACKEND_XML_LIMITS, type XmlElement } from '../xml-reader.ts'
import { childText } from './fields.ts'
import type { DeleteTarget } from './parse-delete.ts'
import { type BodyProblem, readBody } from './read-body.ts'

/** What became of one object of a DeleteObjects request. */
export type DeleteOutcome = DeletedObject | FailedDelete

/** An object that is gone, or a version. */
export interface DeletedObject extends DeleteTarget {
  readonly deleted: true
  /** Whether a delete marker was made, or was what went away. */
  readonly deleteMarker: boolean
  readonly deleteMarkerVersionId: string | undefined
}

/** An object that is still there; code and message as the client may see them. */
export interface FailedDelete extends DeleteTarget {
  readonly deleted: false
  readonly code: string
  readonly message: string
}

/** Outcomes in the order of the document that lists them. */
export interface DeleteResult {
  readonly outcomes: readonly DeleteOutcome[]
}

/** Reads the backend's `DeleteResult`. Codes and messages of its errors are already those that a client may see. */
export function parseDeleteResult(bytes: Uint8Array): DeleteResult | BodyProblem {
  const read = (root: XmlElement): DeleteResult => ({
    outcomes: root.children.flatMap(outcomeOf),
  })
  return readBody(bytes, 'DeleteResult', read, BACKEND_XML_LIMITS)
}

/** The outcome of an object that was never sent on. */
export function deniedDelete(target: DeleteTarget): FailedDelete {
  return { ...target, deleted: false, code: 'AccessDenied', message: S3_ERRORS.AccessDenied.message }
}

/** What is known before the answers are put together. */
export interface DeleteAnswers {
  /** Refused here, by place in the request. */
  readonly denied: ReadonlyMap<number, FailedDelete>
  /** As the backend listed them; of a quiet request only its errors. */
  readonly backend: readonly DeleteOutcome[]
  readonly quiet: boolean
}

/**
 * One outcome for each object of the request, in its order. The backend may list in any order and may leave out or add a
 * version id, so equal pairs are joined first, then what is left of the same key. Of an object that was asked for twice
 * the second outcome is the first one's where the backend tells only one (MinIO). An object that the backend passed over
 * in silence counts as deleted when it was asked to be quiet, else as failed; what nobody asked for is dropped.
 */
export function mergeDeleteOutcomes(requested: readonly DeleteTarget[], answers: DeleteAnswers): DeleteOutcome[] {
  const waiting = new Map<string, DeleteOutcome[]>()
  for (const outcome of answers.backend) {
    const same = waiting.get(outcome.key)
    if (same === undefined) waiting.set(outcome.key, [outcome])
    else same.push(outcome)
  }
  const merged = new Map<number, DeleteOutcome>(answers.denied)
  const join = (fits: (outcome: DeleteOutcome, target: DeleteTarget) => boolean): void => {
    for (const [place, target] of requested.entries()) {
      const same = waiting.get(target.key)
      if (same === undefined || merged.has(place)) continue
      const at = same.findIndex((outcome) => fits(outcome, target))
      const [outcome] = at < 0 ? [] : same.splice(at, 1)
      if (outcome !== undefined) merged.set(place, { ...outcome, versionId: target.versionId })
    }
  }
  join((outcome, target) => outcome.versionId === target.versionId)
  join((outcome, target) => outcome.versionId === undefined || target.versionId === undefined)
  const first = new Map<string, DeleteOutcome>()
  return requested.map((target, place) => {
    const name = JSON.stringify([target.key, target.versionId])
    const outcome = merged.get(place) ?? first.get(name) ?? unmentioned(target, answers)
    if (!first.has(name)) first.set(name, outcome)
    return outcome
  })
}

/**
 * The answer to DeleteObjects. Quiet hides successes, never errors.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
 */
export function writeDeleteResult({ outcomes, quiet }: DeleteResult & { readonly quiet: boolean }): Buffer {
  const shown = outcomes.filter((outcome) => !(quiet && outcome.deleted))
  return Buffer.from(xmlDocument('DeleteResult', shown.map(writeOutcome)))
}

function unmentioned(target: DeleteTarget, { quiet }: DeleteAnswers): DeleteOutcome {
  if (quiet) return { ...target, deleted: true, deleteMarker: false, deleteMarkerVersionId: undefined }
  return { ...target, deleted: false, code: 'InternalError', message: S3_ERRORS.InternalError.message }
}

function writeOutcome(outcome: DeleteOutcome): XmlFragment {
  const named = [element('Key', outcome.key), optionalElement('VersionId', outcome.versionId)]
  if (!outcome.deleted) {
    return element('Error', ...named, element('Code', outcome.code), element('Message', outcome.message))
  }
  return element(
    'Deleted',
    ...named,
    outcome.deleteMarker ? element('DeleteMarker', 'true') : undefined,
    optionalElement('DeleteMarkerVersionId', outcome.deleteMarkerVersionId),
  )
}

function outcomeOf(item: XmlElement): readonly DeleteOutcome[] {
  if (item.name === 'Deleted') return [deletedObject(item)]
  return item.name === 'Error' ? [failedDelete(item)] : []
}

function deletedObject(item: XmlElement): DeletedObject {
  return {
    ...targetOf(item),
    deleted: true,
    deleteMarker: childText(item, 'DeleteMarker')?.toLowerCase() === 'true',
    deleteMarkerVersionId: presentText(item, 'DeleteMarkerVersionId'),
  }
}

function failedDelete(item: XmlElement): FailedDelete {
  return { ...targetOf(item), deleted: false, ...passedError(childText(item, 'Code') ?? '') }
}

function targetOf(item: XmlElement): DeleteTarget {
  return { key: childText(item, 'Key') ?? '', versionId: presentText(item, 'VersionId') }
}

function presentText(item: XmlElement, name: string): string | undefined {
  const text = childText(item, name)
  return text === '' ? undefined : text
}
