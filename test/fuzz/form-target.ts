import { S3Error } from '../../src/s3/errors.ts'
import { collectFields, finalKey, formHeaders, successRedirect, successStatus } from '../../src/s3/post-form.ts'
import { type PostPolicy, parsePostPolicy } from '../../src/s3/post-policy-document.ts'
import { enforcePostPolicy, sizeBounds } from '../../src/s3/post-policy-match.ts'
import { fault, type FuzzTarget, type Verdict } from './fuzz-target.ts'
import { mutated, wordsOf } from './mutate.ts'
import type { Random } from './random.ts'

// Forms as one text: the policy's JSON on the first line, then `name=value` lines, before anything is encoded.

const CONDITIONS =
  '{"bucket":"a-bkt"},["starts-with","$key","pfx/"],{"acl":"private"},["content-length-range",0,1048576]'
const POLICY = `{"expiration":"2030-01-01T00:00:00.000Z","conditions":[${CONDITIONS},["eq","$Content-Type","text/plain"]]}`
const SEEDS: readonly string[] = [
  `${POLICY}\nkey=pfx/\${filename}\nacl=private\nContent-Type=text/plain`,
  `${POLICY}\nkey=pfx/k\nacl=private\nContent-Type=text/plain\nx-ignore-me=1\nsuccess_action_status=201`,
  '{"expiration":"2030-01-01T00:00:00Z","conditions":[{"bucket":"a-bkt"},["starts-with","$key",""]]}\nkey=k',
  '{"expiration":"2030-01-01T00:00:00Z","conditions":[{"bucket":"a-bkt"},{"key":"k"},["starts-with","$x-amz-meta-a",""],["starts-with","$tagging",""]]}\nkey=k\nx-amz-meta-a=1\ntagging=<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>',
]
const WORDS = wordsOf(
  '{"bucket":"v-bkt"} ◊ ["starts-with","$key",""] ◊ ["eq","$acl","public-read"] ◊ "__proto__" ◊ null ◊ []',
  ', ◊ \nkey=other ◊ \nKey=other ◊ \nacl=public-read ◊ \nx-amz-copy-source=v-bkt/k',
  '\nx-amz-acl=public-read ◊ \nbucket=v-bkt ◊ \nx-amz-meta-a=b ◊ \nx-amz-tagging=a',
  '\nsuccess_action_redirect=http://a.test/?b ◊ ../ ◊ ${filename} ◊ $& ◊ \\u0000 ◊ \\ud800 ◊ "conditions":',
  '"expiration": ◊ 1e400 ◊ -0 ◊ \r\nx: y ◊ \xc3\xa9',
)
const NOW = new Date('2026-11-26T12:00:00Z')
const FILE_NAME = '$& ${filename} é'

function allowed(policy: PostPolicy, fields: ReadonlyMap<string, string>, key: string): void {
  enforcePostPolicy(policy, { bucket: 'a-bkt', fields: new Map([...fields, ['key', key]]) }, NOW)
}

/** What the policy says, held against the form by a second reader, from the JSON itself. */
function refusedByOthers(json: string, fields: ReadonlyMap<string, string>, key: string): string | undefined {
  const { conditions } = JSON.parse(json) as { conditions: readonly (readonly unknown[] | Record<string, unknown>)[] }
  const named = new Set<string>()
  for (const condition of conditions) {
    const [operator, subject, wanted] = Array.isArray(condition)
      ? [String(condition[0]).toLowerCase(), String(condition[1]), condition[2] as unknown]
      : ['eq', `$${Object.keys(condition)[0]}`, Object.values(condition)[0] as unknown]
    if (operator === 'content-length-range') continue
    const name = subject.slice(1).toLowerCase()
    named.add(name)
    const actual = name === 'bucket' ? 'a-bkt' : name === 'key' ? key : fields.get(name)
    const isMet = operator === 'eq' ? actual === wanted : actual?.startsWith(String(wanted)) === true
    if (!isMet) return `${name} does not meet ${JSON.stringify(condition)}`
  }
  const free = /^(?:x-amz-signature|signature|awsaccesskeyid|policy|file|x-ignore-.*)$/s
  const extra = [...fields.keys()].find((name) => !named.has(name) && !free.test(name))
  return extra === undefined ? undefined : `${extra} is not covered`
}

function faultOf(json: string, lines: readonly string[]): string | undefined {
  const policy = parsePostPolicy(Buffer.from(json).toString('base64'))
  const fields = collectFields(
    lines.map((line) => {
      const equals = line.indexOf('=')
      return { name: line.slice(0, Math.max(0, equals)), value: line.slice(equals + 1) }
    }),
  )
  const key = finalKey(fields, FILE_NAME)
  allowed(policy, fields, key)
  const refused = refusedByOthers(json, fields, key)
  if (refused !== undefined) return `policy: ${refused}`
  for (const [name, value] of formHeaders(fields)) {
    if (/[\r\n\0]/.test(name + value)) return `header: ${JSON.stringify([name, value])}`
  }
  const { min, max } = sizeBounds(policy)
  if (Number.isNaN(min) || Number.isNaN(max)) return 'size: no number'
  const redirect = successRedirect(fields, { bucket: 'a-bkt', key, etag: '"e"' })
  if (redirect !== undefined && !/^https?:\/\/[\x21-\x7e]+$/.test(redirect)) return `redirect: ${redirect}`
  return [200, 201, 204].includes(successStatus(fields)) ? undefined : 'status: none of the three'
}

/** Browser forms: the policy's reader, and what the fields become. */
export const FORM_TARGET: FuzzTarget = {
  name: 'form',
  share: 2,
  make(random: Random) {
    return { text: mutated(random.pick(SEEDS) ?? '', random, WORDS), variant: 0 }
  },
  check({ text }): Verdict {
    const [json = '', ...lines] = Buffer.from(text, 'latin1').toString('utf8').split('\n')
    try {
      const found = faultOf(json, lines)
      return found === undefined ? 'accepted' : fault(found)
    } catch (error) {
      if (error instanceof S3Error && error.status < 500) return 'refused'
      throw error
    }
  },
}
