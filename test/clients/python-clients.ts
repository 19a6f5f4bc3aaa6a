import { findProgram } from '../support/find-program.ts'
import type { Lab } from '../support/lab.ts'
import type { Client, ClientOperation, ClientSetting } from './client.ts'
import { driverEnvironment, driverFile, openDriver } from './driver-session.ts'

const BOTH: readonly ClientOperation[] = [
  'createBucket',
  'headBucket',
  'listBuckets',
  'put',
  'get',
  'upload',
  'download',
  'putStream',
  'getRange',
  'list',
  'copy',
  'delete',
  'deletePrefix',
  'syncUp',
  'syncDown',
]

/** s3fs, the S3 of fsspec, dask and pandas. */
export const s3fs: Client = {
  name: 's3fs',
  version: async (lab) => (await pythonWith(lab, 's3fs'))?.version,
  offers: new Set([
    ...BOTH,
    'readMetadata',
    'deleteMany',
    'putChecked',
    'getIfChanged',
    'putIfAbsent',
    'presignGet',
    'presignPut',
  ]),
  // The others need awscrt, which does not come with s3fs.
  checksums: ['CRC32', 'SHA1', 'SHA256'],
  canName: () => true,
  canList: () => true,
  refusals: ['PermissionError: AccessDenied', 'PermissionError: 403'],
  forgeries: ['PermissionError: SignatureDoesNotMatch'],
  open: async (setting) =>
    openDriver(setting, {
      file: await fileOfPythonWith(setting.lab, 's3fs'),
      args: [driverFile('s3fs-driver.py')],
      extra: {
        ...driverEnvironment(setting),
        AWS_EC2_METADATA_DISABLED: 'true',
        ...(setting.authority === undefined ? {} : { AWS_CA_BUNDLE: setting.authority }),
      },
    }),
}

/**
 * pyarrow.fs. It can neither presign nor set conditions, has no call for several objects that are not a folder, and stores
 * only the metadata that HTTP knows, such as Content-Type.
 */
export const pyarrow: Client = {
  name: 'pyarrow',
  version: async (lab) => (await pythonWith(lab, 'pyarrow'))?.version,
  offers: new Set(BOTH),
  checksums: [],
  // Its paths have no empty segments. Dot segments it signs as they are, and then libcurl resolves them.
  canName: (key) => !/\/\/|\/$|(^|\/)\.\.?(\/|$)/.test(key),
  // It does not ask for `encoding-type`.
  canList: (key) => !/[\u0000-\u001f]/.test(key),
  keepsFolderOfObject: true,
  refusals: ['ACCESS_DENIED'],
  forgeries: ['SIGNATURE_DOES_NOT_MATCH'],
  open: async (setting) =>
    openDriver(setting, {
      file: await fileOfPythonWith(setting.lab, 'pyarrow'),
      args: [driverFile('pyarrow-driver.py')],
      extra: pyarrowEnvironment(setting),
    }),
}

/** What programs that use pyarrow.fs get from their environment. */
export function pyarrowEnvironment(setting: ClientSetting): Record<string, string> {
  return {
    ...driverEnvironment(setting),
    AWS_EC2_METADATA_DISABLED: 'true',
    ...(setting.authority === undefined ? {} : { DRIVER_AUTHORITY: setting.authority }),
  }
}

/** The first Python that has this library. */
export function pythonWith(lab: Lab, library: string): ReturnType<typeof findProgram> {
  const program = `from importlib.metadata import version; print(version('${library}'))`
  return findProgram(lab, 'python3', ['-c', program], /^(\d+\.\d+)/)
}

async function fileOfPythonWith(lab: Lab, library: string): Promise<string> {
  const python = await pythonWith(lab, library)
  if (python === undefined) throw new Error(`no Python with ${library}`)
  return python.file
}
