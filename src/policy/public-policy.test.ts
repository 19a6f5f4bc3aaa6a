import { expect, test } from 'vitest'
import { parseBucketPolicy } from './parse.ts'
import { isPublicPolicy } from './public-policy.ts'

const USER = { AWS: 'arn:aws:iam::000000000000:user/a' }

test.each<[string, object, boolean]>([
  ['an Allow for everybody', { Principal: '*' }, true],
  ['one that names everybody among others', { Principal: { AWS: ['*', USER.AWS] } }, true],
  ['a Deny for everybody', { Effect: 'Deny', Principal: '*' }, false],
  ['an Allow for a user', { Principal: USER }, false],
  ['a fixed address', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }, false],
  ['a network of /8', { Condition: { IpAddress: { 'aws:SourceIp': '9.0.0.0/8' } } }, false],
  ['a network of /7', { Condition: { IpAddress: { 'aws:SourceIp': '8.0.0.0/7' } } }, true],
  ['one network too wide among several', { Condition: { IpAddress: { 'aws:SourceIp': ['1.2.3.4', '::/16'] } } }, true],
  ['an address that is only excluded', { Condition: { NotIpAddress: { 'aws:SourceIp': '1.2.3.4' } } }, true],
  ['an address if there is one', { Condition: { IpAddressIfExists: { 'aws:SourceIp': '1.2.3.4' } } }, true],
  ['a fixed user id', { Condition: { StringEquals: { 'AWS:UserId': 'alice' } } }, false],
  ['a pattern of user ids', { Condition: { StringLike: { 'aws:userid': 'a*' } } }, true],
  ['the user id of strangers', { Condition: { StringEquals: { 'aws:userid': 'anonymous' } } }, true],
  ['that id beside a fixed one', { Condition: { StringEquals: { 'aws:userid': ['alice', 'anonymous'] } } }, true],
  ['that id in another case', { Condition: { StringEqualsIgnoreCase: { 'aws:userid': 'Anonymous' } } }, true],
  ['a variable', { Condition: { StringEquals: { 'aws:userid': '${aws:username}' } } }, true],
  ['all values of none', { Condition: { 'ForAllValues:StringEquals': { 'aws:userid': 'alice' } } }, true],
  ['a key that pins nothing', { Condition: { StringEquals: { 'aws:UserAgent': 'x' } } }, true],
])('%s', (_name, part, expected) => {
  const statement = { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b-1/*', ...part }
  const parsed = parseBucketPolicy({ Version: '2012-10-17', Statement: [statement] }, 'b-1')
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  expect(isPublicPolicy(parsed.document)).toBe(expected)
})
