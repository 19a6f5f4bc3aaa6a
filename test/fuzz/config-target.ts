import { parseConfig } from '../../src/config/load.ts'
import { fault, type FuzzTarget, type Verdict } from './fuzz-target.ts'
import { mutated, wordsOf } from './mutate.ts'

const MASTER_SECRET = 'mastersecretmastersecret'
const USER_SECRET = 'usersecretusersecret1234'

const SEEDS: readonly string[] = [
  `master_credentials:
  access_key: MASTERKEYMASTERKEY01
  secret_key: ${MASTER_SECRET}
  endpoint: https://store.example.com
  region: eu-test-1
users:
  - name: alice
    access_key: ALICEACCESSKEY000001
    secret_key: ${USER_SECRET}
    allowed_buckets: [a-bkt, b-bkt]
`,
  `server: {listen_addr: ":9000", hostnames: [s3.example.com], regions: [eu-test-1], max_request_size: 5GiB}
backend: {profile: ceph, max_connections: 64, connect_timeout: 5s, response_timeout: 60s}
logging: {level: info, format: json}
master_credentials: {access_key: MASTERKEYMASTERKEY01, secret_key: "${MASTER_SECRET}", endpoint: "http://127.0.0.1:7480", region: us-east-1}
cors: {a-bkt: [{origins: ["https://app.example.com"], methods: [GET, PUT], headers: ["*"], max_age: 600s}]}
users: [{access_key: ROOTACCESSKEY0000001, secret_key: "${USER_SECRET}", allowed_buckets: ["*"]}]
`,
]
const WORDS = wordsOf(
  '&a ◊ *a ◊ <<: *a ◊ !!js/function ◊ !!binary ◊ --- \n ◊ %YAML 1.1 ◊ ?  ◊ | ◊ > ◊ { ◊ } ◊ [ ◊ ] ◊ "',
  '\n  -  ◊ :  ◊    ◊ \t ◊ __proto__: {} ◊ constructor: x ◊ null ◊ ~ ◊ 1e999 ◊ 0x1F ◊ .nan ◊ yes ◊ #',
  '${env:NOTHING} ◊ ${ ◊ secret_key:  ◊ endpoint: http://[::1 ◊ allowed_buckets: ["*", x] ◊ 5GiB ◊ -1s',
)

/** The configuration: whatever stands in it, problems come as lines, and no line holds a secret. */
export const CONFIG_TARGET: FuzzTarget = {
  name: 'config',
  share: 1,
  make(random) {
    return { text: mutated(random.pick(SEEDS) ?? '', random, WORDS).slice(0, 8_192), variant: 0 }
  },
  async check({ text }): Promise<Verdict> {
    const source = Buffer.from(text, 'latin1').toString('utf8')
    // Files that a configuration names would be read: none of these tests' business.
    if (/file|path|dir/.test(source)) return 'refused'
    const loaded = await parseConfig(source, { file: 'config.yaml', env: {} })
    if (loaded.ok) return 'accepted'
    if (loaded.problems.length === 0) return fault('problems: none is told')
    const shown = loaded.problems.join('\n')
    const secret = [MASTER_SECRET, USER_SECRET].find((one) => shown.includes(one))
    return secret === undefined ? 'refused' : fault(`secret: ${shown}`)
  },
}
