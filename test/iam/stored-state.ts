import { createHash } from 'node:crypto'
import type { Answer } from '../support/exchange.ts'
import type { S3Caller } from '../support/s3-caller.ts'
import { at, type Params, textOf, type UploadReference, type VersionReference } from './calls.ts'

export type BucketKind = 'plain' | 'versioned' | 'locked'

/** What a scenario finds at the backend. */
export interface StoredThings {
  readonly buckets: Readonly<Record<string, BucketKind>>
  readonly objects?: readonly (string | StoredObject)[]
  /** Paths of uploads in parts that are under way. */
  readonly uploads?: readonly string[]
}

interface StoredObject {
  readonly path: string
  /** Default: one. */
  readonly versions?: number
  /** As in `x-amz-tagging`. */
  readonly tags?: string
}

/** What is at the backend, seen with the master key past the proxy. */
export class StoredState {
  readonly #master: S3Caller
  readonly #things: StoredThings
  readonly #objects: readonly StoredObject[]
  readonly #versions = new Map<string, string>()
  readonly #uploads = new Map<string, string>()

  constructor(master: S3Caller, things: StoredThings) {
    this.#master = master
    this.#things = things
    this.#objects = (things.objects ?? []).map((each) => (typeof each === 'string' ? { path: each } : each))
  }

  async create(): Promise<void> {
    for (const [bucket, kind] of Object.entries(this.#things.buckets)) await this.#makeBucket(bucket, kind)
    for (const object of this.#objects) {
      for (let number = 1; number <= (object.versions ?? 1); number++) await this.#put(object, number)
    }
    for (const path of this.#things.uploads ?? []) {
      const answer = await this.#demand({ method: 'POST', ...place(path), query: [['uploads', '']] })
      this.#uploads.set(path, /<UploadId>([^<]+)</.exec(answer.body.toString('utf8'))?.[1] ?? '')
    }
  }

  /** The text of an object as the scenario stored it: its current version, or the one that is named. */
  storedText(path: string, reference: unknown): string | undefined {
    const object = this.#objects.find((each) => each.path === path)
    if (object === undefined) return undefined
    return textOf(path, isVersion(reference) ? reference.number : (object.versions ?? 1))
  }

  /** The text at a path now; undefined where nothing is. */
  async textAt(path: string): Promise<string | undefined> {
    const { Bucket, Key } = at(path)
    const { status, body } = await this.#master.read(Bucket, Key)
    return status === 200 ? body.toString('utf8') : undefined
  }

  /** Every version of every object, and every upload under way, as one text: equal texts, equal contents. */
  async snapshot(): Promise<string> {
    const lines: string[] = []
    for (const bucket of Object.keys(this.#things.buckets)) {
      const query = [['encoding-type', 'url'] as const]
      const versions = await this.#master.call({ method: 'GET', bucket, query: [['versions', ''], ...query] })
      const uploads = await this.#master.call({ method: 'GET', bucket, query: [['uploads', ''], ...query] })
      const entries = [
        ...elements(versions, ['Version', 'DeleteMarker'], ['Key', 'VersionId', 'ETag', 'IsLatest']),
        ...elements(uploads, ['Upload'], ['Key', 'UploadId']),
      ]
      lines.push(`${bucket} ${versions.status} ${uploads.status}`, ...entries.map((entry) => entry.join(' ')))
    }
    return lines.join('\n')
  }

  /** Undoes what calls have put, removed and begun. What they set beside (tags, policies) stays. */
  async restore(): Promise<void> {
    for (const bucket of Object.keys(this.#things.buckets)) {
      const listed = await this.#master.call({ method: 'GET', bucket, query: [['list-type', '2']] })
      const found = new Map(elements(listed, ['Contents'], ['Key', 'ETag']).map(([key, etag]) => [key, etag]))
      const wanted = this.#objects.filter(({ path }) => at(path).Bucket === bucket)
      const extra = [...found.keys()].filter((key) => !wanted.some(({ path }) => at(path).Key === key))
      for (const key of extra) await this.#demand({ method: 'DELETE', bucket, key: key ?? '' })
      for (const object of wanted) {
        const number = object.versions ?? 1
        const etag = createHash('md5').update(textOf(object.path, number)).digest('hex')
        if (found.get(at(object.path).Key)?.includes(etag) !== true) await this.#put(object, number)
      }
      await this.#abortStrayUploads(bucket)
    }
  }

  /** Parameters with ids in place of references, and with what functions among them make now. */
  resolve(params: Params): Params {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, this.#resolved(value)]))
  }

  #resolved(value: unknown): unknown {
    if (typeof value === 'function') return (value as () => unknown)()
    if (Array.isArray(value)) return value.map((each) => this.#resolved(each))
    if (typeof value !== 'object' || value === null) return value
    if (isVersion(value)) {
      const id = this.#versions.get(`${value.versionOf} ${value.number}`) ?? ''
      return 'asCopySource' in value ? `${value.versionOf}?versionId=${id}` : id
    }
    if ('uploadOf' in value) return this.#uploads.get((value as UploadReference).uploadOf)
    return this.resolve(value as Params)
  }

  async #makeBucket(bucket: string, kind: BucketKind): Promise<void> {
    const lock: [string, string][] = kind === 'locked' ? [['x-amz-bucket-object-lock-enabled', 'true']] : []
    if (await this.#master.exists(bucket)) throw new Error(`${bucket} is there already, of another scenario`)
    await this.#demand({ method: 'PUT', bucket, headers: lock })
    if (kind !== 'versioned') return
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>'
    await this.#demand({ method: 'PUT', bucket, query: [['versioning', '']], body })
  }

  async #put({ path, tags }: StoredObject, number: number): Promise<void> {
    const headers: [string, string][] = tags === undefined ? [] : [['x-amz-tagging', tags]]
    const answer = await this.#demand({ method: 'PUT', ...place(path), headers, body: textOf(path, number) })
    const id = answer.headers.get('x-amz-version-id')
    if (id !== undefined && !this.#versions.has(`${path} ${number}`)) this.#versions.set(`${path} ${number}`, id)
  }

  async #abortStrayUploads(bucket: string): Promise<void> {
    const known = new Set(this.#uploads.values())
    const answer = await this.#master.call({ method: 'GET', bucket, query: [['uploads', '']] })
    for (const [key = '', id = ''] of elements(answer, ['Upload'], ['Key', 'UploadId'])) {
      if (!known.has(id)) await this.#demand({ method: 'DELETE', bucket, key, query: [['uploadId', id]] })
    }
  }

  async #demand(call: Parameters<S3Caller['call']>[0]): Promise<Answer> {
    const answer = await this.#master.call(call)
    if (answer.status < 300 && answer.status >= 200) return answer
    throw new Error(`${JSON.stringify(call)} of the master: ${answer.status} ${answer.body.toString('utf8')}`)
  }
}

function isVersion(value: unknown): value is VersionReference {
  return typeof value === 'object' && value !== null && 'versionOf' in value
}

function place(path: string): { readonly bucket: string; readonly key: string } {
  const { Bucket, Key } = at(path)
  return { bucket: Bucket, key: Key }
}

/** The texts of some fields of all elements with one of these names. */
function elements(answer: Answer, names: readonly string[], fields: readonly string[]): string[][] {
  const xml = answer.body.toString('utf8')
  const whole = new RegExp(`<(${names.join('|')})>([^]*?)</\\1>`, 'g')
  return [...xml.matchAll(whole)].map(([, name = '', content = '']) => [
    ...fields.map((field) => new RegExp(`<${field}>([^<]*)</${field}>`).exec(content)?.[1] ?? ''),
    name,
  ])
}
