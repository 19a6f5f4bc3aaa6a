import { describe, expect, test } from 'vitest'
import {
  type DeleteOutcome,
  deniedDelete,
  mergeDeleteOutcomes,
  parseDeleteResult,
  writeDeleteResult,
} from './delete-result.ts'
import { acceptedBody } from './read-body.ts'

const target = (key: string, versionId?: string) => ({ key, versionId })

const deleted = (key: string, versionId?: string): DeleteOutcome => ({
  ...target(key, versionId),
  deleted: true,
  deleteMarker: false,
  deleteMarkerVersionId: undefined,
})

const failed = (key: string, code: string, versionId?: string): DeleteOutcome => ({
  ...target(key, versionId),
  deleted: false,
  code,
  message: expect.any(String),
})

function parse(inner: string) {
  return parseDeleteResult(
    Buffer.from(`<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inner}</DeleteResult>`),
  )
}

describe("the backend's answer to DeleteObjects", () => {
  test('gives deletions with their markers', () => {
    const result = parse(
      '<Deleted><Key>a</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m</DeleteMarkerVersionId></Deleted>' +
        '<Deleted><Key>b</Key><VersionId>v</VersionId><DeleteMarker>false</DeleteMarker></Deleted><Other/>',
    )
    expect(result).toEqual({
      outcomes: [
        { key: 'a', versionId: undefined, deleted: true, deleteMarker: true, deleteMarkerVersionId: 'm' },
        { key: 'b', versionId: 'v', deleted: true, deleteMarker: false, deleteMarkerVersionId: undefined },
      ],
    })
  })

  test.each([
    ['AccessDenied', 'AccessDenied'],
    ['SlowDownWrite', 'SlowDown'],
    ['SignatureDoesNotMatch', 'InternalError'],
    ['InvalidAccessKeyId', 'InternalError'],
    ['PermanentRedirect', 'InternalError'],
    ['XMinioSomething', 'XMinioSomething'],
    ['<odd> code', 'InternalError'],
    ['', 'InternalError'],
  ])('shows %s as %s, in words of our own', (code, shown) => {
    const escaped = code.replaceAll('<', '&lt;')
    const result = acceptedBody(
      parse(`<Error><Key>a</Key><Code>${escaped}</Code><Message>AKIASECRET at 10.0.0.1</Message></Error>`),
    )
    expect(result.outcomes).toEqual([failed('a', shown)])
    expect(JSON.stringify(result)).not.toContain('AKIASECRET')
  })

  test('is a problem when it is no DeleteResult', () => {
    expect(parseDeleteResult(Buffer.from('<html>'))).toHaveProperty('problem')
  })
})

describe('merging', () => {
  test('keeps the order of the request between denials and answers', () => {
    const requested = [target('c'), target('secret'), target('a'), target('b')]
    const merged = mergeDeleteOutcomes(requested, {
      denied: new Map([[1, deniedDelete(target('secret'))]]),
      backend: [deleted('a'), failed('b', 'InternalError'), deleted('c')],
      quiet: false,
    })
    expect(merged).toEqual([deleted('c'), failed('secret', 'AccessDenied'), deleted('a'), failed('b', 'InternalError')])
  })

  test('joins equal versions first, then what is left of the key', () => {
    const requested = [target('a'), target('a', 'v1'), target('a', 'v2')]
    const merged = mergeDeleteOutcomes(requested, {
      denied: new Map(),
      backend: [
        failed('a', 'InvalidArgument', 'v2'),
        deleted('a', 'v1'),
        { ...deleted('a', 'new'), deleteMarker: true } as DeleteOutcome,
      ],
      quiet: false,
    })
    expect(merged).toEqual([
      { ...deleted('a'), deleteMarker: true },
      deleted('a', 'v1'),
      failed('a', 'InvalidArgument', 'v2'),
    ])
  })

  test('a denied object does not take the answer of its twin', () => {
    const merged = mergeDeleteOutcomes([target('a', 'v1'), target('a')], {
      denied: new Map([[0, deniedDelete(target('a', 'v1'))]]),
      backend: [deleted('a')],
      quiet: false,
    })
    expect(merged).toEqual([failed('a', 'AccessDenied', 'v1'), deleted('a')])
  })

  test('an object the backend says nothing about failed, or was deleted when quiet was asked for', () => {
    const requested = [target('a')]
    expect(mergeDeleteOutcomes(requested, { denied: new Map(), backend: [], quiet: false })).toEqual([
      failed('a', 'InternalError'),
    ])
    expect(mergeDeleteOutcomes(requested, { denied: new Map(), backend: [], quiet: true })).toEqual([deleted('a')])
  })

  test('an object that was asked for twice has two outcomes where the backend tells one', () => {
    const twice = { denied: new Map(), backend: [deleted('a')], quiet: false }
    expect(mergeDeleteOutcomes([target('a'), target('a')], twice)).toEqual([deleted('a'), deleted('a')])
  })

  test('an object that nobody asked for does not appear', () => {
    const merged = mergeDeleteOutcomes([target('a')], {
      denied: new Map(),
      backend: [deleted('other'), deleted('a'), deleted('a', 'x')],
      quiet: false,
    })
    expect(merged).toEqual([deleted('a')])
  })
})

describe('the answer', () => {
  const outcomes: DeleteOutcome[] = [
    { ...target('a&b'), deleted: true, deleteMarker: true, deleteMarkerVersionId: 'm' },
    deleted('b', 'v'),
    deniedDelete(target('c', 'w')),
  ]

  test('lists successes and errors', () => {
    expect(writeDeleteResult({ outcomes, quiet: false }).toString()).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<DeleteResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
        '<Deleted><Key>a&amp;b</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>m</DeleteMarkerVersionId></Deleted>' +
        '<Deleted><Key>b</Key><VersionId>v</VersionId></Deleted>' +
        '<Error><Key>c</Key><VersionId>w</VersionId><Code>AccessDenied</Code><Message>Access denied.</Message></Error>' +
        '</DeleteResult>',
    )
  })

  test('hides successes when quiet, never errors', () => {
    const quiet = writeDeleteResult({ outcomes, quiet: true }).toString()
    expect(quiet).not.toContain('<Deleted>')
    expect(quiet).toContain('<Error><Key>c</Key>')
  })

  test('reads back as it was written', () => {
    expect(parseDeleteResult(writeDeleteResult({ outcomes, quiet: false }))).toEqual({ outcomes })
  })
})
