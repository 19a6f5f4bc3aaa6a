/** An object, or one version of it. */
export interface ObjectReference {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
}

/** The tags of objects, as far as the backend was asked for them. */
export type KnownTags = ReadonlyMap<string, readonly { readonly key: string; readonly value: string }[]>

/** The name of an object in {@link KnownTags}. */
export function tagsName({ bucket, key, versionId }: ObjectReference): string {
  return JSON.stringify([bucket, key, versionId ?? null])
}
