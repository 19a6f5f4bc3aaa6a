import { headerActions } from '../src/authz/header-demands.ts'
import { S3_ERRORS } from '../src/s3/errors.ts'
import type { Handling, OperationAction, ProfileName, S3Operation } from '../src/s3/operation.ts'
import { S3_OPERATIONS } from '../src/s3/operations.ts'
import { NOTICE, table } from './markdown-table.ts'

const PROFILES: readonly ProfileName[] = ['aws', 'ceph', 'hetzner', 'minio', 'generic']
const HANDLING_WORDS: Readonly<Record<Handling, string>> = { forward: 'sent', local: 'here', refuse: '501' }

const code = (text: string): string => `\`${text}\``

/** docs/reference/operations.md: the operation table, and the actions that headers ask for. */
export function operationsPage(): string {
  return `${NOTICE}

# Operations

The operation table of [src/s3/operations.ts](../../src/s3/operations.ts). A request that fits no row, or that carries
a query parameter its row does not list, is never sent to the backend.

- **Request**: method, level, and what tells the row from the others.
- **Actions**: what must be allowed on the request's own resource. \`A (version: B)\`: B takes A's place when the request
  names a version. More actions come from [headers](#actions-that-headers-ask-for), from a copy source
  (\`s3:GetObject\` or \`s3:GetObjectVersion\` on the source; for CopyObject also the tagging actions on both ends when the
  source has tags), and from the body: each key of DeleteObjects is decided by itself, tags in CreateBucket's body ask
  for \`s3:TagResource\`.
- **Body**: \`stream\` is object data of any size, \`xml\` a bounded document, \`form\` a browser form.
- The last five columns say what happens under each backend profile once the request is authorised: \`sent\` (signed anew
  and sent to the backend), \`here\` (a handler of the proxy's own, which asks the backend as far as it must), \`501\`
  (\`NotImplemented\`, the backend is not asked). Names of rows can be given to \`backend.extra_operations\` to open a
  \`501\`, except where all five columns say \`501\`: those are not built, or exist on no backend.
- CorsPreflight is answered here, unsigned, from the rules of the configuration ([browsers.md](../browsers.md)).
- Of ListMultipartUploads a caller sees the uploads whose keys it may list; the backend is asked on until the page is full.

${operationTable()}

## Actions that headers ask for

On the request's own resource, beside the actions of its row. A hoisted query parameter of a presigned URL counts as
the header. \`x-amz-acl: private\` without grants asks for nothing on uploads and CreateBucket, and is not sent on.

${headerTable()}
`
}

function operationTable(): string {
  return table(
    ['#', 'Operation', 'Request', 'Actions', 'Body', ...PROFILES],
    S3_OPERATIONS.map((operation) => [
      String(operation.row),
      operation.name,
      code(requestText(operation)),
      operation.actions.map(actionText).join(', ') || '–',
      operation.body,
      ...PROFILES.map((profile) => HANDLING_WORDS[operation.handling[profile]]),
    ]),
  )
}

function requestText({ method, level, selector, name }: S3Operation): string {
  const place = name === 'CorsPreflight' ? '/…' : { service: '/', bucket: '/bucket', object: '/bucket/key' }[level]
  const parameters = [
    ...(selector.subresource === undefined ? [] : [selector.subresource]),
    ...[...selector.demands].map(([param, value]) => (value === undefined ? `${param}=…` : `${param}=${value}`)),
  ]
  const without = [...selector.forbids].map(([param, value]) => (value === undefined ? param : `${param}=${value}`))
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`
  const rest = [
    ...without.map((param) => `without ${param}`),
    ...(selector.copySource === 'present' ? ['with x-amz-copy-source'] : []),
    ...(selector.form ? ['multipart/form-data'] : []),
  ]
  return [`${method} ${place}${query}`, ...rest].join(', ')
}

function actionText({ plain, versioned }: OperationAction): string {
  return versioned === undefined ? code(plain) : `${code(plain)} (version: ${code(versioned)})`
}

/** A value that asks for something under every one of the headers. */
const TELLING_VALUES: ReadonlyMap<string, string> = new Map([['x-amz-acl', 'public-read']])

/** What each header asks for, on each operation that takes it. */
export function headerDemands(): readonly {
  readonly operation: string
  readonly header: string
  readonly actions: readonly string[]
}[] {
  return S3_OPERATIONS.flatMap(({ name, requestHeaders }) =>
    requestHeaders.map((header) => {
      const actions = headerActions(name, new Map([[header, TELLING_VALUES.get(header) ?? 'true']]))
      return { operation: name, header, actions }
    }),
  ).filter(({ actions }) => actions.length > 0)
}

function headerTable(): string {
  const operations = new Map<string, string[]>()
  for (const { operation, header, actions } of headerDemands()) {
    const key = `${code(header)}\n${actions.map(code).join(', ')}`
    operations.set(key, [...(operations.get(key) ?? []), operation])
  }
  const rows = [...operations].map(([key, names]) => [...key.split('\n'), names.join(', ')])
  return table(
    ['Header', 'Actions', 'Operations'],
    rows.sort((a, b) => (a.join() < b.join() ? -1 : 1)),
  )
}

/** docs/reference/errors.md: every error code with its status and message. */
export function errorsPage(): string {
  const rows = Object.entries(S3_ERRORS).map(([name, { status, message }]) => [code(name), String(status), message])
  return `${NOTICE}

# Errors

The codes of [src/s3/errors.ts](../../src/s3/errors.ts): those the proxy answers with itself, and those it passes on from a
backend. Which stage answers with which stands in [request-lifecycle.md](../request-lifecycle.md); what to do about them
in [troubleshooting.md](../troubleshooting.md).

Every error is an XML document with \`Code\`, \`Message\`, \`Resource\`, \`RequestId\` and sometimes more (\`HeadersNotSigned\`,
\`Region\`, \`ServerTime\` …). Some answers carry a message that says more than the one here. The words of a backend never
pass: its code passes with our message, and with its own status where that is a client error. A code of a backend that
is not listed here passes under its own name (letters only) with a message of ours. What speaks of the master key
becomes \`InternalError\`.

${table(['Code', 'Status', 'Message'], rows)}
`
}
