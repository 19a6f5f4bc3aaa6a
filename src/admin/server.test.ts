import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminServer, startAdmin } from './server.ts'

const listen = { host: '127.0.0.1', port: 0 }
let fault: Error | undefined
let admin: AdminServer
const url = (path: string) => `http://127.0.0.1:${admin.address.port}${path}`

beforeAll(async () => {
  const metrics = {
    contentType: 'text/plain; version=0.0.4',
    render: async () => {
      if (fault !== undefined) throw fault
      return 'a_metric 1\n'
    },
  }
  admin = await startAdmin({ listen, metrics })
})
afterAll(() => admin.close())

describe("the operators' listener", () => {
  test.each([
    ['GET', '/livez', 200, 'ok\n'],
    ['GET', '/livez?verbose', 200, 'ok\n'],
    ['HEAD', '/livez', 200, ''],
    ['GET', '/metrics', 200, 'a_metric 1\n'],
    ['GET', '/', 404, 'not found\n'],
    ['GET', '/readyz', 404, 'not found\n'],
    ['GET', '/admin/v1/users', 404, 'not found\n'],
    ['GET', '/livez/', 404, 'not found\n'],
    ['POST', '/livez', 405, 'method not allowed\n'],
    ['DELETE', '/metrics', 405, 'method not allowed\n'],
  ])('answers %s %s with %i', async (method, path, status, body) => {
    const response = await fetch(url(path), { method })
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(body)
  })

  test('names the format of the metrics', async () => {
    expect((await fetch(url('/metrics'))).headers.get('content-type')).toBe('text/plain; version=0.0.4')
  })

  test('says which methods there are', async () => {
    expect((await fetch(url('/metrics'), { method: 'PUT', body: 'x' })).headers.get('allow')).toBe('GET, HEAD')
  })

  test('answers 500 without details when the metrics cannot be read, and lives on', async () => {
    fault = new Error('internal detail')
    const response = await fetch(url('/metrics'))
    fault = undefined
    expect([response.status, await response.text()]).toEqual([500, 'internal error\n'])
    expect((await fetch(url('/livez'))).status).toBe(200)
  })

  test('cannot be opened on an address that is taken', async () => {
    const taken = { host: '127.0.0.1', port: admin.address.port }
    await expect(startAdmin({ listen: taken, metrics: { contentType: '', render: async () => '' } })).rejects.toThrow(
      'EADDRINUSE',
    )
  })
})
