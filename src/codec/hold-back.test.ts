import { expect, test } from 'vitest'
import fc from 'fast-check'
import { HoldBack } from './hold-back.ts'

test('the last byte stays until it is released, and nothing is lost or copied', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 4 })), (pieces) => {
      const holdBack = new HoldBack()
      const body = Buffer.concat(pieces)
      const passed: Buffer[] = []
      let taken = 0
      for (const piece of pieces) {
        const slice = holdBack.push(Buffer.from(piece.buffer, piece.byteOffset, piece.length))
        if (slice !== undefined) passed.push(slice)
        taken += piece.length
        if (taken > 0) expect(Buffer.concat(passed).length).toBeLessThan(taken)
      }
      const end = holdBack.release()
      expect(Buffer.concat(end === undefined ? passed : [...passed, end])).toEqual(body)
      expect(holdBack.release()).toBeUndefined()
    }),
  )
})

test('an empty slice does not push the end out', () => {
  const holdBack = new HoldBack()
  const only = Buffer.from('x')
  expect(holdBack.push(only)).toBeUndefined()
  expect(holdBack.push(Buffer.alloc(0))).toBeUndefined()
  expect(holdBack.release()).toBe(only)
})
