import { type AuditEvent, auditEvent } from '../src/audit/event.ts'
import { NOTICE, table } from './markdown-table.ts'

/** What each field of an event holds: JSON type, meaning. The compiler holds the names against the event's. */
const FIELDS: Readonly<Record<keyof AuditEvent, readonly [type: string, meaning: string]>> = {
  event_id: ['text', 'a UUID'],
  time: ['text', "of the head's arrival, ISO 8601, UTC"],
  request_id: ['text', 'as in the header `x-amz-request-id` and in `<RequestId>`'],
  principal: [
    'object or null',
    '`{"type":"User","name":…,"arn":…}` or `{"type":"Anonymous"}`; null when nobody was proved',
  ],
  access_key: ['text or null', 'the key id; of one that nobody has only the first four characters'],
  source_ip: ['text', 'the client, behind trusted proxies'],
  user_agent: ['text or null', 'as sent, at most 1,024 characters'],
  tls: ['text or null', 'the version; null for plain http'],
  operation: ['text or null', 'name of the [operation table](operations.md), also of an operation that was refused'],
  bucket: ['text or null', 'as decoded'],
  key: ['text or null', 'as decoded'],
  version_id: ['text or null', 'as decoded'],
  action: ['text or null', 'of the check that decided: the first refusal, else the first check'],
  resources: ['list of texts', 'of that check'],
  decision: ['text', 'of that check: `Allow`, `ExplicitDeny`, `ImplicitDeny`; `None` when the policies were not asked'],
  matched: ['object or null', '`{"policy":…,"sid":…,"index":…}`: the statement that decided; null for `ImplicitDeny`'],
  checks: [
    'list of objects',
    'every `{action, resource, decision, matched, missing}` that the request needed, one per key for DeleteObjects; `missing` says where an Allow is missing (`identity`, `identity_and_boundary`, `boundary`, `session`, `resource`: the bucket policy; `public_access_block`: it is there, and is kept from counting), else null',
  ],
  context: [
    'object',
    'the condition keys that the decisions asked for, with a list of values; null for a key that the request does not have. A list of uploads that is refused has the prefix it was asked for',
  ],
  status: ['number', 'as sent, also when the answer broke off later; 0 when the connection ended before an answer'],
  error_code: ['text or null', 'the S3 code of what went wrong, sent or not'],
  detail: ['text or null', 'why, where that says more than the code; as in the [log](../observability.md#log)'],
  bytes_in: ['number', 'body bytes from the client, as really moved'],
  bytes_out: ['number', 'body bytes to the client, as really moved'],
  duration_ms: ['number', 'from the arrival of the head until the event was written'],
  received: [
    'object or null',
    'with [`logging.debug_signatures`](../configuration.md#logging), of a request whose signature is wrong: `canonical_request` and `string_to_sign` as its signer would have had to write them, `also_tried` (single lines that would have been taken, too), `cut` (whether something was left out). One character a byte of the wire; no signature, and a digest in place of secrets and of values over 1,024 characters. Read by [`explain --canonical`](../explain.md#a-signature-that-is-wrong)',
  ],
}

const EXAMPLE: Parameters<typeof auditEvent>[0] = {
  eventId: '5f0c1b1e-6d43-4f0e-8c61-8d4f2a7e9b10',
  time: new Date('2026-11-23T10:15:30.125Z'),
  requestId: '1F7CE8C7B2A94D30',
  principal: {
    type: 'User',
    name: 'alice',
    arn: 'arn:aws:iam::000000000000:user/alice',
    accountId: '000000000000',
    tags: new Map(),
  },
  accessKey: { id: 'ALICE', isKnown: true },
  sourceIp: '192.0.2.17',
  userAgent: 'aws-cli/2.31.0',
  tls: 'TLSv1.3',
  operation: 'GetObject',
  bucket: 'reports',
  key: 'plan.txt',
  versionId: undefined,
  checks: [
    {
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::reports/plan.txt',
      decision: { effect: 'Allow', matched: { policy: 'allowed_buckets', sid: undefined, index: 0 } },
    },
  ],
  status: 200,
  errorCode: undefined,
  detail: undefined,
  bytesIn: 0,
  bytesOut: 4_096,
  durationMs: 1.4,
  received: undefined,
}

/** docs/reference/audit.md: the fields of an event in their order, and one event. */
export function auditPage(): string {
  const example = auditEvent(EXAMPLE)
  const names = Object.keys(example) as (keyof AuditEvent)[]
  return `${NOTICE}

# Audit events

One JSON object a line for each request, in every file under \`audit.sinks\`. When it is written, and what happens when it cannot be:
[observability.md](../observability.md#audit). The fields come in this order; one that is not known is null, never left out.

${table(
  ['Field', 'JSON', 'Meaning'],
  names.map((name) => [`\`${name}\``, ...FIELDS[name]]),
)}

A download; in the file it is one line:

\`\`\`json
${JSON.stringify(example, undefined, 2)}
\`\`\`
`
}
