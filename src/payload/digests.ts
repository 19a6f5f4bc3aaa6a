import { type Checksum, createChecksum, type DigestAlgorithm } from '../codec/checksum.ts'
import type { BodyChecks, KnownChecksum } from './payload-plan.ts'
import { badDigest, contentHashMismatch } from './refusals.ts'

/** The digests that a body is held against, each computed once over the decoded bytes, whoever asks for it. */
export class BodyDigests {
  readonly #checks: BodyChecks
  readonly #running = new Map<DigestAlgorithm, Checksum>()
  /** The same, as an array: it is walked for every slice. */
  readonly #updated: readonly Checksum[]

  constructor(checks: BodyChecks) {
    this.#checks = checks
    const needed: readonly (DigestAlgorithm | undefined)[] = [
      checks.sha256 === undefined ? undefined : 'sha256',
      checks.md5 === undefined ? undefined : 'md5',
      checks.checksum?.algorithm,
      checks.trailer,
    ]
    for (const algorithm of needed) {
      if (algorithm !== undefined && !this.#running.has(algorithm))
        this.#running.set(algorithm, createChecksum(algorithm))
    }
    this.#updated = [...this.#running.values()]
  }

  update(bytes: Buffer): void {
    for (const checksum of this.#updated) checksum.update(bytes)
  }

  /**
   * Ends the body. Gives the verified checksum, if the client gave any; `trailer` is the value that came as one.
   * Throws XAmzContentSHA256Mismatch or BadDigest.
   */
  verify(trailer: string | undefined): KnownChecksum | undefined {
    const computed = new Map([...this.#running].map(([algorithm, checksum]) => [algorithm, checksum.digest()]))
    const { sha256, md5, checksum } = this.#checks
    const hex = Buffer.from(computed.get('sha256') ?? '', 'base64').toString('hex')
    if (sha256 !== undefined && sha256 !== hex) throw contentHashMismatch(sha256, hex)
    if (md5 !== undefined) expectSame({ algorithm: 'md5', base64: md5 }, computed)
    const algorithm = trailer === undefined ? undefined : this.#checks.trailer
    const claimed = algorithm === undefined || trailer === undefined ? checksum : { algorithm, base64: trailer }
    if (claimed !== undefined) expectSame(claimed, computed)
    return claimed
  }
}

function expectSame(
  claimed: { readonly algorithm: DigestAlgorithm; readonly base64: string },
  computed: ReadonlyMap<DigestAlgorithm, string>,
): void {
  const value = computed.get(claimed.algorithm) ?? ''
  if (claimed.base64 !== value) throw badDigest(claimed.algorithm, claimed.base64, value)
}
