import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { findProgram } from '../support/find-program.ts'
import type { Lab } from '../support/lab.ts'
import type { Client, ClientOperation } from './client.ts'
import { driverEnvironment, driverFile, openDriver } from './driver-session.ts'

const EVERYTHING: readonly ClientOperation[] = [
  'createBucket',
  'headBucket',
  'listBuckets',
  'put',
  'get',
  'upload',
  'download',
  'getRange',
  'readMetadata',
  'list',
  'copy',
  'delete',
  'deleteMany',
  'presignGet',
  'presignPut',
]

/** boto3, as pip installs it. */
export const boto3: Client = {
  name: 'boto3',
  version: async (lab) => (await findPython(lab))?.version,
  offers: new Set(EVERYTHING),
  canName: () => true,
  canList: () => true,
  refusals: ['AccessDenied', '403'],
  open: async (setting) => {
    const python = await findPython(setting.lab)
    if (python === undefined) throw new Error('no Python with boto3')
    return openDriver(setting, {
      file: python.file,
      args: [driverFile('boto3-driver.py')],
      extra: {
        ...driverEnvironment(setting),
        AWS_EC2_METADATA_DISABLED: 'true',
        ...(setting.authority === undefined ? {} : { AWS_CA_BUNDLE: setting.authority }),
      },
    })
  },
}

/** The AWS SDK for JavaScript, with lib-storage and the presigner. */
export const awsSdkJs: Client = {
  name: 'AWS SDK JS v3',
  version: async () => installedVersion('@aws-sdk/client-s3'),
  offers: new Set(EVERYTHING),
  canName: () => true,
  // It does not ask for `encoding-type`.
  canList: (key) => !/[\u0000-\u001f]/.test(key),
  refusals: ['AccessDenied', 'Forbidden', '403'],
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
  offers: new Set(EVERYTHING),
  canName: () => true,
  canList: () => true,
  refusals: ['AccessDenied'],
  open: async (setting) =>
    openDriver(setting, {
      file: process.execPath,
      args: [driverFile('minio-driver.ts')],
      extra: { ...driverEnvironment(setting), ...nodeTrust(setting.authority) },
    }),
}

function findPython(lab: Lab): ReturnType<typeof findProgram> {
  return findProgram(lab, 'python3', ['-c', 'import boto3; print(boto3.__version__)'], /^(\d+\.\d+)/)
}

function installedVersion(name: string): string | undefined {
  const file = fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url))
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return version.split('.').slice(0, 2).join('.')
}

function nodeTrust(authority: string | undefined): Record<string, string> {
  return authority === undefined ? {} : { NODE_EXTRA_CA_CERTS: authority }
}
