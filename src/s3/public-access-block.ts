/**
 * What public access is refused, whatever ACLs and policies say.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export interface PublicAccessBlock {
  /** Requests that would set a public ACL are refused. */
  readonly blockPublicAcls: boolean
  /** ACLs let nobody in who is not of the account. */
  readonly ignorePublicAcls: boolean
  /** Bucket policies that are public are refused. */
  readonly blockPublicPolicy: boolean
  /** A public bucket policy lets in nobody but the users of the account. */
  readonly restrictPublicBuckets: boolean
}

/** What is refused where two hold at once. */
export function combinedBlock(a: PublicAccessBlock, b: PublicAccessBlock): PublicAccessBlock {
  return {
    blockPublicAcls: a.blockPublicAcls || b.blockPublicAcls,
    ignorePublicAcls: a.ignorePublicAcls || b.ignorePublicAcls,
    blockPublicPolicy: a.blockPublicPolicy || b.blockPublicPolicy,
    restrictPublicBuckets: a.restrictPublicBuckets || b.restrictPublicBuckets,
  }
}
