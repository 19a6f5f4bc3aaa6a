import { expect, test } from 'vitest'
import { MemoryBudget } from './memory-budget.ts'

test('what one holds the others cannot have, until it is given back', () => {
  const budget = new MemoryBudget(10)
  const first = budget.take(6)
  expect(budget.take(5)).toBeUndefined()
  const second = budget.take(4)
  expect(budget.usedBytes).toBe(10)
  first?.()
  expect(budget.usedBytes).toBe(4)
  expect(budget.take(6)).toBeDefined()
  second?.()
})

test('what is given back twice counts once', () => {
  const budget = new MemoryBudget(10)
  budget.take(5)
  const giveBack = budget.take(5)
  giveBack?.()
  giveBack?.()
  expect(budget.usedBytes).toBe(5)
})
