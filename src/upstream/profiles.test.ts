import { expect, test } from 'vitest'
import { locationConstraintFor } from '../s3/bodies/create-bucket.ts'
import { BACKEND_PROFILES, type BackendProfile } from './profiles.ts'

function having(choice: (profile: BackendProfile) => boolean): string[] {
  return Object.entries(BACKEND_PROFILES).flatMap(([name, profile]) => (choice(profile) ? [name] : []))
}

test('checksums are sent to those that keep them', () => {
  expect(having((profile) => profile.storesChecksums)).toEqual(['aws', 'minio'])
})

test('conditions are spelled for Ceph where there is one underneath', () => {
  expect(having((profile) => profile.conditionHeaders === 'ceph')).toEqual(['ceph', 'hetzner'])
})

test('dot segments pass where the backend takes a key as bytes', () => {
  expect(having((profile) => profile.dotSegments === 'pass')).toEqual(['aws', 'ceph', 'hetzner'])
})

test('an escaped part copy source is refused where the backend might decode it twice', () => {
  expect(having((profile) => profile.escapesInPartCopySource === 'refuse')).toEqual(['ceph', 'hetzner', 'generic'])
})

test('an existing bucket is a conflict on AWS and MinIO', () => {
  expect(having((profile) => profile.existingBucket === 409)).toEqual(['aws', 'minio'])
})

test.each([
  ['aws', 'us-east-1', undefined],
  ['aws', 'eu-central-1', 'eu-central-1'],
  ['ceph', 'default', undefined],
  ['hetzner', 'fsn1', 'fsn1'],
  ['minio', 'us-east-1', 'us-east-1'],
  ['generic', 'fsn1', undefined],
] as const)('%s with master region %s reads the location constraint %s', (name, region, expected) => {
  expect(locationConstraintFor(BACKEND_PROFILES[name].locationConstraint, region)).toBe(expected)
})
