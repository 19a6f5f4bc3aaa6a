import { expect } from 'vitest'
import type { FollowedCommand } from './followed-page.ts'

/** Every command ends as its page says, and the listing shows the object that was uploaded. */
export function expectAsShown(commands: readonly FollowedCommand[]): void {
  expect(commands.length).toBeGreaterThan(2)
  for (const { line, isRefused, ended } of commands) {
    const { code, stderr } = ended
    expect({ line, code, stderr }).toEqual(
      isRefused
        ? {
            line,
            code: expect.toSatisfy((value: unknown) => value !== 0),
            stderr: expect.stringContaining('AccessDenied'),
          }
        : { line, code: 0, stderr: expect.any(String) },
    )
  }
  expect(commands.filter(({ isRefused }) => isRefused)).toHaveLength(1)
  expect(commands.map(({ ended }) => ended.stdout).join('')).toContain('hello.txt')
}
