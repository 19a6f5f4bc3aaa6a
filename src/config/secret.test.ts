import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from './secret.ts'

test('a secret shows as stars wherever it is printed, and reveals itself only when asked', () => {
  const secret = new Secret('hunter2')
  expect(String(secret)).toBe('***')
  expect(JSON.stringify({ secret })).toBe('{"secret":"***"}')
  expect(inspect({ secret }, { showHidden: true, depth: 9 })).not.toContain('hunter2')
  expect(secret.reveal()).toBe('hunter2')
})
