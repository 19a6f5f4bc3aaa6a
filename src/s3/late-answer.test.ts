import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { S3Error } from './errors.ts'
import { LateAnswer } from './late-answer.ts'

const CONTEXT = { resource: '/b/k', requestId: 'R1' }
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
const RESULT = '<CompleteMultipartUploadResult><ETag>"e"</ETag></CompleteMultipartUploadResult>'
const SECRET = 'host 10.0.0.1 key AKIASECRET'

function feed(...chunks: readonly string[]) {
  const answer = new LateAnswer()
  const early = chunks.map((chunk) => answer.push(Buffer.from(chunk))?.toString() ?? '')
  return { answer, early, outcome: answer.finish() }
}

describe('an answer that tells its success late', () => {
  test('is held while nothing must keep the client waiting', () => {
    const { answer, early, outcome } = feed(`${DECLARATION}\n<Comp`, RESULT.slice(5))
    expect(early).toEqual(['', ''])
    expect(answer.started).toBe(false)
    expect(outcome).toMatchObject({ kind: 'result', root: { name: 'CompleteMultipartUploadResult' } })
    expect(outcome.kind === 'result' && outcome.rest.toString()).toBe(`${DECLARATION}\n${RESULT}`)
  })

  test('passes blanks and the declaration on at once', () => {
    const { answer, early, outcome } = feed(DECLARATION, '\n', ' ', ` ${RESULT}`)
    expect(early).toEqual([DECLARATION, '\n', ' ', ''])
    expect(answer.started).toBe(true)
    expect(outcome.kind === 'result' && outcome.rest.toString()).toBe(` ${RESULT}`)
  })

  test('tells a piece of a declaration from the document', () => {
    expect(feed('<?x', 'ml version="1.0"', '?>', ' ', RESULT).early).toEqual(['', '', '<?xml version="1.0"?>', ' ', ''])
    expect(feed(' ', '<', 'CompleteMultipartUploadResult/>').early).toEqual([' ', '', ''])
  })

  test.each([
    [`<?xml ${SECRET}?>`, RESULT],
    ['<?xml?>', RESULT],
    [DECLARATION, `<?xml ${SECRET}?>`, RESULT],
    [DECLARATION, DECLARATION, RESULT],
    [DECLARATION, `\ufeff${RESULT}`],
  ])('what only begins like a declaration, or is a second one, is not passed on: %s', (...chunks) => {
    const { early, outcome } = feed(...chunks)
    expect(early.join('').replace(DECLARATION, '')).toBe('')
    expect(outcome).toMatchObject({ kind: 'error', error: { code: 'InternalError' } })
  })

  test('an error within it never shows the text of the backend', () => {
    const error = `<Error><Code>InvalidPart</Code><Message>${SECRET}</Message><HostId>${SECRET}</HostId></Error>`
    const { answer, outcome } = feed(DECLARATION, '  ', error)
    if (outcome.kind !== 'error') throw new Error('taken for a success')
    expect(outcome.error).toMatchObject({ code: 'InvalidPart', status: 400 })
    const body = answer.errorBody(outcome.error, CONTEXT).toString()
    expect(body).toMatch(/^<Error><Code>InvalidPart<\/Code>.*<RequestId>R1<\/RequestId><\/Error>$/)
    expect(JSON.stringify(outcome.error) + body).not.toContain('SECRET')
  })

  test('an error after blanks alone brings its own declaration', () => {
    const { answer } = feed(' ', ' ')
    expect(answer.errorBody(new S3Error('InternalError'), CONTEXT).toString()).toMatch(/^<\?xml /)
  })

  test('a result may name a key with control characters, by references that XML has not', () => {
    const result = '<CompleteMultipartUploadResult><Key>bell&#x01;end</Key></CompleteMultipartUploadResult>'
    const { outcome } = feed(result)
    expect(outcome.kind === 'result' && outcome.rest.toString()).toBe(result)
  })

  test.each(['\u0000\u00ba&#x00;', '\ud800', ''])('what a Location holds (%j) does not matter', (content) => {
    const result = `<CompleteMultipartUploadResult><Location>${content}</Location></CompleteMultipartUploadResult>`
    expect(feed(result).outcome.kind).toBe('result')
  })

  test('a copy of the largest object may tell its progress after each MiB, as a Ceph does between zone groups', () => {
    const steps = Array.from({ length: 5 * 1024 }, (_, i) => `<Progress>${(i + 1) * 1024 ** 2}</Progress>`)
    const { outcome } = feed('<CopyObjectResult>', ...steps, '<ETag>"e"</ETag></CopyObjectResult>')
    expect(outcome.kind === 'result' && outcome.rest.toString()).toMatch(/<Progress>5368709120<.*<ETag>/)
    expect(feed('<CopyObjectResult>', ...steps).outcome).toMatchObject({ kind: 'error' })
  })

  test.each([
    ['a refusal of the master key', '<Error><Code>SignatureDoesNotMatch</Code></Error>'],
    ['an error without a code', '<Error/>'],
    ['an HTML page', '<html><body>502</html>'],
    ['a document that breaks off', '<CopyObjectResult><ETag>'],
    ['nothing', ''],
    ['blanks only', '   '],
    ['a Location that ends twice', '<R><Location>\u0000</Location >\u0000</Location></R>'],
    ['a Location without an end', '<R><Location>\u0000</R>'],
    ['two Locations', '<R><Location>\u0000</Location><Location>\u0000</Location></R>'],
    ['NUL beside a Location', '<R><Location></Location><Key>\u0000</Key></R>'],
    ['an endless document', `<R>${'x'.repeat(270_000)}</R>`],
  ])('%s is InternalError', (_name, xml) => {
    const { outcome } = feed(xml)
    expect(outcome).toMatchObject({ kind: 'error', error: { code: 'InternalError', status: 500 } })
  })

  test('gives every byte of a result once, under any cuts', () => {
    const whole = `  ${DECLARATION}\n   \n${RESULT}\n`
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 10 }), (cuts) => {
        const sorted = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const { early, outcome } = feed(...sorted.slice(1).map((cut, i) => whole.slice(sorted[i], cut)))
        expect(outcome.kind === 'result' && early.join('') + outcome.rest.toString()).toBe(whole)
      }),
    )
  })
})
