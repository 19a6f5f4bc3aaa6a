/** An import of one file by another, both as paths from the root; `to` is a bare name for packages and built-ins. */
export interface Edge {
  readonly from: string
  readonly to: string
}

/** One rule: which imports it forbids. */
export interface LayeringRule {
  readonly name: string
  readonly forbids: (edge: Edge) => boolean
}

const PURE = /^src\/(http|s3|codec|sigv4|policy|proof)\//
const STAGE = /^src\/(listen|limits|cors|authn|authz|payload|upstream|audit|state|keys|shared)\//
const SUPPORT = /^src\/(config|telemetry)\//
const OPERATIONS = /^src\/(operations|sts)\//
const ADMIN = /^src\/admin\//
const CLI = /^src\/cli\//
const DEMO = /^src\/demo(-[a-z-]+)?\.ts$/
/** What is known of one request while the gateway walks it through the stages. */
const WALK = /^src\/walk\//
const GATEWAY = /^src\/gateway\.ts$/
/** What `app.ts` puts together from a configuration before it listens. */
const BOOT = /^src\/boot\//
const APP = /^src\/app\.ts$/
const MAIN = /^src\/(main|cluster)\.ts$/
const STORE = /^store\//
const PLACES = [PURE, STAGE, SUPPORT, OPERATIONS, ADMIN, CLI, DEMO, WALK, GATEWAY, BOOT, APP, MAIN, STORE]

const PURE_BUILT_INS: ReadonlySet<string> = new Set([
  'node:crypto',
  'node:buffer',
  'node:util',
  'node:net',
  'node:zlib',
])

const isOurs = (path: string): boolean => /^(src|store|test|scripts|bench|bin)\//.test(path)
const isBuiltIn = (path: string): boolean => path.startsWith('node:')
const folderOf = (path: string): string => path.split('/').slice(0, 2).join('/')
const isSameFolder = ({ from, to }: Edge): boolean => folderOf(from) === folderOf(to) && to.split('/').length > 2
const isAny = (path: string, places: readonly RegExp[]): boolean => places.some((place) => place.test(path))

/** Files of `from` may import, of our own files, only their own folder and `allowed`. */
function only(name: string, from: RegExp, ...allowed: readonly RegExp[]): LayeringRule {
  return {
    name,
    forbids: (edge) => from.test(edge.from) && isOurs(edge.to) && !isSameFolder(edge) && !isAny(edge.to, allowed),
  }
}

/** `to` may be imported only by `allowed`. */
function onlyFrom(name: string, to: RegExp, ...allowed: readonly RegExp[]): LayeringRule {
  return { name, forbids: (edge) => to.test(edge.to) && !isAny(edge.from, allowed) }
}

/** Who may import whom. Cycles are looked for apart. */
export const LAYERING_RULES: readonly LayeringRule[] = [
  only('pure-imports-only-pure', PURE, PURE),
  only('policy-imports-only-itself', /^src\/policy\//),
  only('codec-imports-only-itself', /^src\/codec\//),
  only('sigv4-imports-only-http', /^src\/sigv4\//, /^src\/http\//),
  {
    name: 'pure-does-no-io',
    forbids: ({ from, to }) => PURE.test(from) && isBuiltIn(to) && !PURE_BUILT_INS.has(to),
  },
  { name: 'pure-has-no-packages', forbids: ({ from, to }) => PURE.test(from) && !isOurs(to) && !isBuiltIn(to) },
  only('stage-imports-pure-or-itself', STAGE, PURE),
  only('support-imports-pure-or-itself', SUPPORT, PURE),
  only('operations-stay-below-gateway', OPERATIONS, PURE, STAGE, /^src\/telemetry\//, OPERATIONS),
  only('walk-stays-below-gateway', WALK, PURE, STAGE, SUPPORT, OPERATIONS),
  only('gateway-stays-below-app', GATEWAY, PURE, STAGE, SUPPORT, OPERATIONS, WALK),
  only('boot-stays-below-app', BOOT, PURE, STAGE, SUPPORT, OPERATIONS, GATEWAY),
  only('admin-off-the-data-path', ADMIN, PURE, SUPPORT, /^src\/(authn|authz|audit|limits|state)\//),
  only('cli-off-the-data-path', CLI, PURE, SUPPORT, /^src\/(authn|authz|audit|state|upstream)\//, STORE),
  only('demo-off-the-data-path', DEMO, PURE, SUPPORT, CLI, DEMO, STORE),
  only('store-imports-only-pure', STORE, STORE, PURE),
  onlyFrom('store-only-from-cli-and-demo', STORE, STORE, CLI, DEMO),
  onlyFrom('cli-and-demo-only-from-main', /^src\/(cli\/|demo(-[a-z-]+)?\.ts$)/, MAIN, CLI, DEMO),
  onlyFrom('walk-only-from-gateway', WALK, GATEWAY, WALK),
  onlyFrom('gateway-only-from-app', GATEWAY, BOOT, APP),
  onlyFrom('boot-only-from-app', BOOT, BOOT, APP),
  onlyFrom('app-only-from-main', APP, MAIN),
  onlyFrom('main-is-imported-by-nobody', /^src\/main\.ts$/),
  {
    name: 'program-imports-no-tools',
    forbids: ({ to }) => /^(test|scripts|bench|bin)\//.test(to) || to.endsWith('.test.ts'),
  },
  {
    name: 'file-has-a-known-place',
    forbids: ({ from, to }) => !isAny(from, PLACES) || (isOurs(to) && !isAny(to, PLACES)),
  },
]
