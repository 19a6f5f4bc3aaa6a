import { SigningKeys } from './sigv4/credential-scope.ts'
import { presignQuery } from './sigv4/presign.ts'

/** The key pairs of the demonstration. */
export interface DemoKeys {
  readonly master: KeyPair
  readonly admin: KeyPair
  readonly user: KeyPair
}

/** An access key with its secret. */
export interface KeyPair {
  readonly accessKey: string
  readonly secretKey: string
}

/** What the commands speak of. */
export interface DemoScene {
  readonly endpoint: string
  readonly region: string
  readonly keys: DemoKeys
  /** The demo user may use this bucket … */
  readonly openBucket: string
  /** … and not this one. */
  readonly closedBucket: string
}

const PRESIGNED_SECONDS = 12 * 3600

/** Commands to paste, each on a line of its own under a comment that says whether it is allowed. */
export function demoCommands(scene: DemoScene): string[] {
  return [...awsCommands(scene), ...mcCommands(scene), ...rcloneCommands(scene), ...curlCommands(scene)].flatMap(
    ([comment, command]) => [comment, command, ''],
  )
}

type Command = readonly [comment: string, command: string]

function awsCommands({ endpoint, region, keys, openBucket, closedBucket }: DemoScene): Command[] {
  const aws = (pair: KeyPair): string =>
    `AWS_ACCESS_KEY_ID=${pair.accessKey} AWS_SECRET_ACCESS_KEY=${pair.secretKey} AWS_DEFAULT_REGION=${region} aws --endpoint-url ${endpoint}`
  return [
    [
      '# allowed: the demo user uploads an object',
      `echo hello | ${aws(keys.user)} s3 cp - s3://${openBucket}/hello.txt`,
    ],
    ['# allowed: … and lists its bucket', `${aws(keys.user)} s3 ls s3://${openBucket}/`],
    [
      '# allowed: the demo admin uploads to another bucket',
      `echo secret | ${aws(keys.admin)} s3 cp - s3://${closedBucket}/secret.txt`,
    ],
    ['# refused: the demo user lists that bucket', `${aws(keys.user)} s3 ls s3://${closedBucket}/`],
    ['# allowed: the demo admin does', `${aws(keys.admin)} s3 ls s3://${closedBucket}/`],
  ]
}

function mcCommands({ endpoint, keys, openBucket, closedBucket }: DemoScene): Command[] {
  const host = endpoint.replace('http://', `http://${keys.user.accessKey}:${keys.user.secretKey}@`)
  return [
    [
      '# allowed: MinIO client (Debian has another program by the name mc)',
      `MC_HOST_demo=${host} mc ls demo/${openBucket}`,
    ],
    ['# refused: MinIO client', `MC_HOST_demo=${host} mc ls demo/${closedBucket}`],
  ]
}

function rcloneCommands({ endpoint, region, keys, openBucket, closedBucket }: DemoScene): Command[] {
  const { accessKey, secretKey } = keys.user
  const rclone = `env -u AWS_CA_BUNDLE rclone --config /dev/null --retries 1 --s3-provider Other --s3-endpoint ${endpoint} --s3-region ${region} --s3-access-key-id ${accessKey} --s3-secret-access-key ${secretKey}`
  return [
    ['# allowed: rclone', `${rclone} ls :s3:${openBucket}`],
    ['# refused: rclone', `${rclone} ls :s3:${closedBucket}`],
  ]
}

function curlCommands(scene: DemoScene): Command[] {
  const { openBucket, closedBucket } = scene
  return [
    [
      '# allowed: curl uploads to a presigned URL',
      `curl -sS -X PUT --data-binary hello '${presigned(scene, 'PUT', `/${openBucket}/curl.txt`)}'`,
    ],
    [
      '# allowed: curl downloads from a presigned URL',
      `curl -sS '${presigned(scene, 'GET', `/${openBucket}/curl.txt`)}'`,
    ],
    [
      '# refused: a presigned URL grants no more than its key',
      `curl -sS '${presigned(scene, 'GET', `/${closedBucket}/curl.txt`)}'`,
    ],
  ]
}

function presigned({ endpoint, region, keys }: DemoScene, method: string, path: string): string {
  const { accessKey, secretKey } = keys.user
  const query = presignQuery({
    method,
    path,
    query: [],
    headers: [['host', endpoint.replace('http://', '')]],
    credential: { accessKey, secretKey, region },
    now: new Date(),
    keys: new SigningKeys(1),
    expiresSeconds: PRESIGNED_SECONDS,
  })
  return `${endpoint}${path}?${query}`
}
