import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findProgram } from '../support/find-program.ts'
import type { Lab } from '../support/lab.ts'
import type { ChecksumAlgorithm, Client, ClientOperation } from './client.ts'
import { driverEnvironment, driverFile, openDriver } from './driver-session.ts'

const COMMON: readonly ClientOperation[] = [
  'createBucket',
  'headBucket',
  'listBuckets',
  'put',
  'get',
  'upload',
  'download',
  'putStream',
  'getRange',
  'readMetadata',
  'list',
  'copy',
  'delete',
  'deleteMany',
  'deletePrefix',
  'presignGet',
  'presignPut',
]

/** What the SDKs have beside these. */
const EVERYTHING: readonly ClientOperation[] = [...COMMON, 'putChecked', 'putIfAbsent', 'getIfChanged']

const CHECKSUMS: readonly ChecksumAlgorithm[] = ['CRC32', 'CRC32C', 'SHA1', 'SHA256', 'CRC64NVME']

/** boto3, as pip installs it: it sends and checks checksums wherever it can. */
export const boto3: Client = boto3Of({ name: 'boto3', pattern: /^(1\.(?:[4-9]\d|\d{3}))/, offers: EVERYTHING })

/** The same, told to leave checksums out where S3 does not demand them. */
export const boto3WhenRequired: Client = boto3Of({
  name: 'boto3 when_required',
  pattern: /^(1\.(?:[4-9]\d|\d{3}))/,
  offers: EVERYTHING,
  extra: { DRIVER_CHECKSUMS: 'when_required' },
})

/** One from before it sent checksums by itself, and before conditional writes. */
export const boto3Of2023: Client = {
  ...boto3Of({
    name: 'boto3 of 2023',
    pattern: /^(1\.28)/,
    offers: EVERYTHING.filter((operation) => operation !== 'putIfAbsent'),
  }),
  checksums: CHECKSUMS.filter((algorithm) => algorithm !== 'CRC64NVME'),
}

interface Boto3Kind {
  readonly name: Client['name']
  readonly pattern: RegExp
  readonly offers: readonly ClientOperation[]
  readonly extra?: Readonly<Record<string, string>>
}

function boto3Of({ name, pattern, offers, extra = {} }: Boto3Kind): Client {
  const find = (lab: Lab) => findProgram(lab, 'python3', ['-c', 'import boto3; print(boto3.__version__)'], pattern)
  return {
    name,
    version: async (lab) => (await find(lab))?.version,
    offers: new Set(offers),
    checksums: CHECKSUMS,
    canName: () => true,
    canList: () => true,
    refusals: ['AccessDenied', '403'],
    forgeries: ['SignatureDoesNotMatch'],
    open: async (setting) => {
      const python = await find(setting.lab)
      if (python === undefined) throw new Error(`no Python with ${name}`)
      return openDriver(setting, {
        file: python.file,
        args: [driverFile('boto3-driver.py')],
        extra: {
          ...driverEnvironment(setting),
          AWS_EC2_METADATA_DISABLED: 'true',
          ...extra,
          ...(setting.authority === undefined ? {} : { AWS_CA_BUNDLE: setting.authority }),
        },
      })
    },
  }
}

/** The AWS SDK for JavaScript, with lib-storage and the presigner. */
export const awsSdkJs: Client = {
  name: 'AWS SDK JS v3',
  version: async () => installedVersion('@aws-sdk/client-s3'),
  offers: new Set(EVERYTHING),
  checksums: CHECKSUMS,
  canName: () => true,
  // It does not ask for `encoding-type`.
  canList: (key) => !/[\u0000-\u001f]/.test(key),
  refusals: ['AccessDenied', 'Forbidden', '403'],
  forgeries: ['SignatureDoesNotMatch'],
  open: async (setting) =>
    openDriver(setting, {
      file: process.execPath,
      args: [driverFile('aws-sdk-driver.ts')],
      extra: { ...driverEnvironment(setting), ...nodeTrust(setting.authority) },
    }),
}

/** minio-js. */
export const minioJs: Client = {
  name: 'minio-js',
  version: async () => installedVersion('minio'),
  offers: new Set(COMMON),
  checksums: [],
  canName: () => true,
  canList: () => true,
  refusals: ['AccessDenied'],
  forgeries: ['SignatureDoesNotMatch'],
  open: async (setting) =>
    openDriver(setting, {
      file: process.execPath,
      args: [driverFile('minio-driver.ts')],
      extra: { ...driverEnvironment(setting), ...nodeTrust(setting.authority) },
    }),
}

function installedVersion(name: string): string | undefined {
  const file = fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url))
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version.split('.').slice(0, 2).join('.')
}

function nodeTrust(authority: string | undefined): Record<string, string> {
  return authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }
}
