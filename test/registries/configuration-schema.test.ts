import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type JsonSchema, schemaFaults } from '../support/json-schema.ts'
import { shownConfigurations } from '../support/shown-configurations.ts'

const SCHEMA = JSON.parse(readFileSync('docs/reference/config.schema.json', 'utf8')) as JsonSchema

const faultsOf = (yaml: string): readonly string[] => schemaFaults(SCHEMA, parse(yaml))

describe("docs/reference/config.schema.json, the configuration's schema for editors", () => {
  const files = ['test/fixtures/config/go-design.yaml'].map((file) => [file, readFileSync(file, 'utf8')] as const)

  test.each([...files, ...shownConfigurations()])('accepts %s', (_name, text) => {
    expect(faultsOf(text)).toEqual([])
  })

  const smallest = `master_credentials: {access_key: a, secret_key: b, endpoint: "https://example.com", region: r}
users: [{access_key: alice, secret_key: secret}]
`

  test.each([
    ['an unknown key', `${smallest}surplus: 1`, '.surplus: no such key'],
    ['an unknown key of a block', `${smallest}server: {listen: ":1"}`, '.server.listen: no such key'],
    ['an unknown key of a user', `${smallest.replace('alice', 'alice, group: a')}`, '.users[0].group: no such key'],
    ['a file without users', smallest.replace(/^users.*$/m, ''), ': required'],
    ['an empty list of users', smallest.replace(/^users.*$/m, 'users: []'), '.users: minItems'],
    ['a number for a duration', `${smallest}server: {read_timeout: 30}`, '.server.read_timeout: type'],
    ['a profile that does not exist', `${smallest}backend: {profile: swift}`, '.backend.profile: enum'],
    ['too many connections', `${smallest}backend: {max_connections: 70000}`, '.backend.max_connections: maximum'],
    ['a CORS rule without methods', `${smallest}cors: {pages: [{origins: ["*"]}]}`, '.cors.pages[0]: required'],
  ])('refuses %s', (_name, text, fault) => {
    expect(faultsOf(smallest)).toEqual([])
    expect(faultsOf(text)).toEqual([fault])
  })

  test('accepts each of several forms', () => {
    expect(faultsOf(`${smallest}server: {regions: "*", max_header_bytes: 16384}`)).toEqual([])
    expect(faultsOf(`${smallest}server: {regions: [eu], max_header_bytes: "16KiB"}`)).toEqual([])
    expect(faultsOf(`${smallest}server: {regions: eu}`)).toEqual(['.server.regions: anyOf'])
  })
})
