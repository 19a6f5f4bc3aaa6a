import { xmlDocument } from '../xml.ts'

/**
 * The answer to GetBucketLocation. S3 says us-east-1 by an empty element, and every client knows it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
export function writeLocation(region: string): Buffer {
  return Buffer.from(xmlDocument('LocationConstraint', region === 'us-east-1' ? undefined : region))
}
