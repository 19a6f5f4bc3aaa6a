import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compilePolicy } from './compile.ts'
import { evaluate } from './evaluate.ts'
import { grantingStatement } from './granting-statement.ts'
import { parseIdentityPolicy } from './parse.ts'
import { policyJson } from './policy-json.ts'

const allows = (granted: string, asked: string): boolean => {
  const statement = grantingStatement({ action: 's3:GetObject', resource: `arn:aws:s3:::${granted}` })
  const parsed = parseIdentityPolicy(policyJson({ version: '2012-10-17', statements: [statement] }))
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  const question = { principal: { type: 'Anonymous' }, action: 's3:GetObject', context: () => undefined } as const
  const policies = { identity: [compilePolicy(parsed.document, 'P')] }
  return evaluate(policies, { ...question, resource: `arn:aws:s3:::${asked}` }).effect === 'Allow'
}

const special = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '$', '{', '}', '/', '\\', '+', ' ') })

test('the smallest statement allows what it was made for and nothing else, whatever the key holds', () => {
  fc.assert(
    fc.property(special, special, (granted, asked) => {
      expect(allows(`b/${granted}`, `b/${granted}`)).toBe(true)
      expect(allows(`b/${granted}`, `b/${asked}`)).toBe(granted === asked)
    }),
    { numRuns: 300 },
  )
})
