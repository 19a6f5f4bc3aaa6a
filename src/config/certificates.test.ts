import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { certificateWarnings, pairProblems } from './certificates.ts'
import { Secret } from './secret.ts'

const file = (name: string) => readFileSync(new URL(`../../test/fixtures/hosts/${name}`, import.meta.url), 'utf8')
const now = new Date('2026-11-27T00:00:00Z')

describe('certificate and key', () => {
  test.each([
    ['that belong together', file('wildcard.crt'), 'wildcard.key', []],
    ['with others of the chain behind', file('wildcard.crt') + file('narrow.crt'), 'wildcard.key', []],
    [
      'in the wrong order',
      file('narrow.crt') + file('wildcard.crt'),
      'wildcard.key',
      ['cert_file: the certificate of the private key must stand first in the file, then the others'],
    ],
    [
      'of different pairs',
      file('wildcard.crt'),
      'narrow.key',
      ['key_file: the private key does not belong to the certificate'],
    ],
    [
      'that are too weak',
      file('weak.crt'),
      'weak.key',
      ['cert_file: TLS does not take certificate and key (ee key too small)'],
    ],
    [
      'that are none',
      'text',
      'weak.crt',
      [
        'cert_file: the file holds no readable certificate; PEM (-----BEGIN CERTIFICATE-----) is wanted',
        'key_file: the file holds no readable private key without a passphrase; PEM is wanted',
      ],
    ],
  ])('%s', (_, certificate, key, expected) => {
    const problems = pairProblems({ certificate, privateKey: new Secret(file(key)) })
    expect(problems.map(({ path, message }) => `${path.at(-1)}: ${message}`)).toEqual(expected)
  })
})

describe('a certificate is warned about', () => {
  test.each([
    ['never, when it is good for its names', 'wildcard.crt', ['s3.test'], []],
    ['when it lacks the names with a bucket', 'narrow.crt', ['s3.test'], ['does not cover *.s3.test']],
    ['when it lacks a name', 'wildcard.crt', ['s3.test', 's4.test'], ['does not cover s4.test and *.s4.test']],
    ['when its time is over', 'expired.crt', [], ['the certificate ended on Jan  1 00:00:00 2021 GMT']],
  ])('%s', (_, name, hostnames, expected) => {
    const messages = certificateWarnings(file(name), hostnames, now).map(({ message }) => message)
    expect(messages).toEqual(expected.map((text) => expect.stringContaining(text)))
  })

  test('before its time', () => {
    const [warning] = certificateWarnings(file('wildcard.crt'), [], new Date('2020-01-01T00:00:00Z'))
    expect(warning?.message).toContain('the certificate begins on')
  })
})
