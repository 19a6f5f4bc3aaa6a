import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { type Message, Turns } from './turns.ts'

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A message as far as turns look at it. */
function message(socket: Socket, state: { readonly complete: boolean; readonly headersSent?: boolean }): Message {
  return {
    request: { socket, complete: state.complete } as IncomingMessage,
    response: { headersSent: state.headersSent ?? false } as ServerResponse,
  }
}

/** Begins are noted; each exchange lasts until its name is finished. */
function bench() {
  const noted: string[] = []
  const finishers = new Map<string, () => void>()
  const begin = (name: string) => () => {
    noted.push(name)
    return new Promise<void>((resolve) => finishers.set(name, resolve))
  }
  const finish = async (name: string): Promise<void> => {
    finishers.get(name)?.()
    await tick()
  }
  const ends = { last: () => void noted.push('the end'), within: () => void noted.push('broken within') }
  return { turns: new Turns(), socket: new Socket(), noted, begin, finish, ends }
}

test('requests sent ahead begin one after the other', async () => {
  const { turns, socket, noted, begin, finish } = bench()
  for (const name of ['a', 'b', 'c']) turns.take(message(socket, { complete: true }), begin(name))
  expect(noted).toEqual(['a'])
  await finish('a')
  expect(noted).toEqual(['a', 'b'])
  await finish('b')
  await finish('c')
  turns.take(message(socket, { complete: true }), begin('d'))
  expect(noted).toEqual(['a', 'b', 'c', 'd'])
})

test('connections do not wait for each other', () => {
  const { turns, noted, begin } = bench()
  turns.take(message(new Socket(), { complete: true }), begin('a'))
  turns.take(message(new Socket(), { complete: true }), begin('b'))
  expect(noted).toEqual(['a', 'b'])
})

test('who sends ahead without end loses the connection', () => {
  const { turns, socket, begin } = bench()
  for (let i = 0; i < 65; i++) turns.take(message(socket, { complete: true }), begin(String(i)))
  expect(socket.destroyed).toBe(false)
  turns.take(message(socket, { complete: true }), begin('one more'))
  expect(socket.destroyed).toBe(true)
})

test('what is no request is answered after the requests before it', async () => {
  const { turns, socket, noted, begin, finish, ends } = bench()
  turns.take(message(socket, { complete: true }), begin('a'))
  turns.broken(socket, ends)
  expect(noted).toEqual(['a'])
  await finish('a')
  expect(noted).toEqual(['a', 'the end'])
})

test('on a connection without a request it is answered at once', () => {
  const { turns, socket, noted, ends } = bench()
  turns.broken(socket, ends)
  expect(noted).toEqual(['the end'])
})

test('an error within the body that is being read is for its request to answer', () => {
  const { turns, socket, noted, begin, ends } = bench()
  turns.take(message(socket, { complete: false }), begin('a'))
  turns.broken(socket, ends)
  expect(noted).toEqual(['a', 'broken within'])
})

test('once an answer has begun, an error within the body can only cut the connection', () => {
  const { turns, socket, noted, begin, ends } = bench()
  turns.take(message(socket, { complete: false, headersSent: true }), begin('a'))
  turns.broken(socket, ends)
  expect(noted).toEqual(['a'])
  expect(socket.destroyed).toBe(true)
})

test('a request that waits and whose body is broken is not begun', async () => {
  const { turns, socket, noted, begin, finish, ends } = bench()
  turns.take(message(socket, { complete: true }), begin('a'))
  turns.take(message(socket, { complete: false }), begin('b'))
  turns.broken(socket, ends)
  await finish('a')
  expect(noted).toEqual(['a', 'the end'])
})
