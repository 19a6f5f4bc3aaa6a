import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type SteeredStage, startSteeredStage } from '../streaming/steered-stage.ts'
import { until } from '../support/ports.ts'
import { ALICE } from '../support/proxy-in-process.ts'
import { type Order, signedBy, wireBytes } from '../support/wire-requests.ts'

// A backend that says 200 at once, sends blanks while it works, and tells only then what came of it. docs/backends.md
// names these tests.

let steered: SteeredStage
beforeAll(async () => {
  steered = await startSteeredStage()
})
afterAll(() => steered.close())
beforeEach(() => steered.backend.reset())

const PART = '<Part><PartNumber>1</PartNumber><ETag>"e"</ETag></Part>'
const COMPLETION: Order = {
  method: 'POST',
  query: [['uploadId', 'u']],
  body: `<CompleteMultipartUpload>${PART}</CompleteMultipartUpload>`,
}
const COPY: Order = { method: 'PUT', headers: [['x-amz-copy-source', 'a-bkt/source']] }

test.each<[string, Order, string, string, string | null]>([
  [
    'completion',
    COMPLETION,
    '<CompleteMultipartUploadResult><ETag>"e-1"</ETag></CompleteMultipartUploadResult>',
    '',
    null,
  ],
  ['completion', COMPLETION, '<Error><Code>InvalidPart</Code></Error>', 'InvalidPart', 'InvalidPart'],
  ['copy', COPY, '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>', '', null],
  ['copy', COPY, '<Error><Code>InternalError</Code></Error>', 'InternalError', 'InternalError'],
])(
  'Q9: while a %s takes its time, the blanks of the backend reach the client as they come; then the audit says what came',
  async (_name, order, end, code, errorCode) => {
    const { stage, backend } = steered
    const connection = await stage.connect()
    const before = stage.requestsDone
    await connection.write(wireBytes(signedBy(ALICE, order)))
    const exchange = await backend.next()
    const piece = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`
    exchange.head(200, [
      ['transfer-encoding', 'chunked'],
      ['content-type', 'application/xml'],
    ])
    exchange.connection.write(piece('<?xml version="1.0" encoding="UTF-8"?>\n'))
    for (let n = 1; n <= 3; n++) {
      const received = connection.received.length
      exchange.connection.write(piece(' '))
      await until(
        () => connection.received.length > received,
        2_000,
        () => `blank ${n} did not come`,
      )
    }
    expect(stage.requestsDone).toBe(before)
    exchange.connection.write(`${piece(end)}0\r\n\r\n`)
    const answer = await connection.answer()
    connection.destroy()
    expect([answer?.status, answer?.code]).toEqual([200, code])
    await stage.untilDone(before)
    expect(stage.lastEvent()).toMatchObject({ status: 200, error_code: errorCode })
  },
)
