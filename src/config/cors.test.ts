import { expect, test } from 'vitest'
import { parseConfig } from './load.ts'

const HEAD = `master_credentials: {access_key: M, secret_key: "s", endpoint: "http://127.0.0.1:1", region: r}
users: [{access_key: alice, secret_key: "x", allowed_buckets: ["*"]}]
`

const load = (cors: string) => parseConfig(`${HEAD}${cors}`, { file: 'c.yaml', env: {} })

async function problem(rule: string): Promise<string> {
  const result = await load(`cors: {site: [{${rule}}]}`)
  return result.ok ? 'none' : result.problems.join('\n')
}

test('CORS rules are read with their defaults, origins and header names in lower case', async () => {
  const result = await load(`cors:
  public-site:
    - {origins: ["https://Example.com"], methods: [GET, PUT], headers: ["*", X-Amz-Meta-*], expose: [ETag], max_age: "10m"}
    - {origins: ["*"], methods: [GET]}
`)
  expect(result.ok && result.config.cors).toEqual([
    {
      bucket: 'public-site',
      rules: [
        {
          origins: ['https://example.com'],
          methods: ['GET', 'PUT'],
          allowedHeaders: ['*', 'x-amz-meta-*'],
          exposedHeaders: ['ETag'],
          maxAgeSeconds: 600,
        },
        { origins: ['*'], methods: ['GET'], allowedHeaders: [], exposedHeaders: [], maxAgeSeconds: undefined },
      ],
    },
  ])
})

test('there are no CORS rules without the block', async () => {
  const result = await load('')
  expect(result.ok && result.config.cors).toEqual([])
})

test.each([
  ['origins: ["https://*.example.com"], methods: [GET]', 'none'],
  ['origins: ["http://localhost:5173", "http://[::1]:80*"], methods: [DELETE]', 'none'],
  ['origins: [], methods: [GET]', 'c.yaml:3:25: cors.site[0].origins: is empty; at least one is wanted'],
  ['methods: [GET]', 'cors.site[0].origins: is required'],
  ['origins: ["https://a.example/"], methods: [GET]', 'cors.site[0].origins[0]: must be an origin such as'],
  ['origins: ["a.example"], methods: [GET]', 'cors.site[0].origins[0]: must be an origin such as'],
  ['origins: ["null"], methods: [GET]', 'cors.site[0].origins[0]: must be an origin such as'],
  ['origins: ["https://*.*.example"], methods: [GET]', 'cors.site[0].origins[0]: may hold one * at most'],
  ['origins: ["https://a.example:443"], methods: [GET]', 'names the default port, which browsers leave out'],
  [
    'origins: ["*"], methods: [PATCH]',
    'cors.site[0].methods[0]: must be one of "GET", "HEAD", "PUT", "POST", "DELETE"',
  ],
  ['origins: ["*"], methods: [GET], headers: ["x y"]', 'cors.site[0].headers[0]: must be the name of a header'],
  ['origins: ["*"], methods: [GET], headers: ["x-*-*"]', 'cors.site[0].headers[0]: may hold one * at most'],
  ['origins: ["*"], methods: [GET], expose: ["*"]', 'cors.site[0].expose[0]: must be the name of a header, without *'],
  ['origins: ["*"], methods: [GET], max_age: 600', 'cors.site[0].max_age: is a number without a unit'],
  ['origins: ["*"], methods: [GET], max_age: "25h"', 'cors.site[0].max_age: is too long; at most "24h" is allowed'],
  ['origins: ["*"], methods: [GET], credentials: true', 'cors.site[0].credentials: unknown key; known here: origins'],
])('the rule {%s}: %s', async (rule, expected) => {
  expect(await problem(rule)).toContain(expected)
})

test.each([
  ['cors: {Site: [{origins: ["*"], methods: [GET]}]}', '3:8: cors.Site: is no name of a bucket'],
  ['cors: {site: []}', 'cors.site: is empty; at least one is wanted'],
  ['cors: {site: {origins: ["*"]}}', 'cors.site: is a block of keys; a list is wanted'],
  ['cors: []', 'cors: is a list; a block of keys is wanted'],
])('%s: %s', async (text, expected) => {
  const result = await load(text)
  expect(result.ok ? 'none' : result.problems.join('\n')).toContain(expected)
})
