import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { auditFiles, findEvent, readEvents } from './read-events.ts'

const folder = mkdtempSync(join(tmpdir(), 's3-iam-proxy-events-'))
afterAll(() => rmSync(folder, { recursive: true }))

const line = (requestId: string, more = ''): string =>
  `${JSON.stringify({ request_id: requestId, checks: [], user_agent: more })}\n`

test('finds the event of a request behind many blocks, and no other that only mentions it', async () => {
  const path = join(folder, 'large.jsonl')
  const many = Array.from({ length: 40_000 }, (_, place) => line(`R${place}`, 'x'.repeat(50))).join('')
  writeFileSync(path, `${line('other', '"request_id":"WANTED"')}${line('x', 'WANTED')}${many}${line('WANTED', 'me')}`)
  expect(await findEvent(path, 'WANTED')).toMatchObject({ request_id: 'WANTED', user_agent: 'me' })
  expect(await findEvent(path, 'R39999')).toMatchObject({ request_id: 'R39999' })
  expect(await findEvent(path, 'R40000')).toBeUndefined()
})

test('passes over what is no event, and a last line that is half written', async () => {
  const path = join(folder, 'broken.jsonl')
  writeFileSync(path, `${line('A')}not JSON\n{"request_id":"B"}\n[]\n\n${line('C')}{"request_id":"D","checks":[]`)
  const ids: string[] = []
  for await (const event of readEvents(path)) ids.push(event.request_id)
  expect(ids).toEqual(['A', 'C'])
})

test('older files stand beside the file, the newest first', async () => {
  for (const name of ['a.jsonl', 'a.jsonl.1', 'a.jsonl.2', 'a.jsonl.3.gz', 'ab.jsonl'])
    writeFileSync(join(folder, name), '')
  const names = ['a.jsonl', 'a.jsonl.2', 'a.jsonl.1']
  expect(await auditFiles(join(folder, 'a.jsonl'))).toEqual(names.map((name) => join(folder, name)))
  expect(await auditFiles(join(folder, 'none', 'a.jsonl'))).toEqual([])
})
