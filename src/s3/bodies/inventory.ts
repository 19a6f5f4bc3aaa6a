import { type BodyProblem, readBody } from './read-body.ts'

/** The further fields of each object that an inventory is to list. */
export interface InventoryFields {
  readonly fields: readonly string[]
}

/**
 * Reads from an `InventoryConfiguration` what it asks to be told of the objects. The rest of the document is the
 * backend's to check.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html
 */
export function parseInventoryFields(bytes: Uint8Array): InventoryFields | BodyProblem {
  return readBody(bytes, 'InventoryConfiguration', (root) => ({
    fields: root.children
      .filter(({ name }) => name === 'OptionalFields')
      .flatMap(({ children }) => children.filter(({ name }) => name === 'Field').map(({ text }) => text)),
  }))
}
