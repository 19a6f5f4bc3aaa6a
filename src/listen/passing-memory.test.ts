import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { PassingMemory } from './passing-memory.ts'

const MIB = 1024 * 1024

describe('the memory of passing bodies', () => {
  test('is collected once for every 16 MiB', () => {
    let collections = 0
    const memory = new PassingMemory(() => {
      collections += 1
    })
    for (let passed = 0; passed < 100 * MIB; passed += 64 * 1024) memory.passed(64 * 1024)
    expect(collections).toBe(6)
  })

  test('is given back by the collection', async () => {
    const memory = new PassingMemory()
    const before = process.memoryUsage().arrayBuffers
    for (let passed = 0; passed < 15 * MIB; passed += 64 * 1024) Buffer.alloc(64 * 1024)
    const left = process.memoryUsage().arrayBuffers
    memory.passed(16 * MIB)
    // A thread of V8's frees them.
    for (let tries = 0; tries < 100 && process.memoryUsage().arrayBuffers >= left; tries += 1) await sleep(10)
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(Math.max(left, before + MIB))
  })

  test('leaves the program without a gc function of its own', () => {
    expect(new PassingMemory()).toBeDefined()
    expect('gc' in globalThis).toBe(false)
  })
})
