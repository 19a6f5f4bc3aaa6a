import { parseAcl } from '../src/s3/bodies/acl.ts'
import { acceptedBody } from '../src/s3/bodies/read-body.ts'
import { S3Error } from '../src/s3/errors.ts'
import type { S3Request } from '../src/s3/request.ts'
import { element, xmlDocument } from '../src/s3/xml.ts'
import { type Answer, emptyAnswer, xmlAnswer } from './answer.ts'
import { type Call, findAddressedObject, findBucket } from './call.ts'
import { granteeElement, OWNER_ID, ownerElement } from './owner.ts'
import { receiveDocument } from './receive-body.ts'

/** What gives nobody but the owner anything, said in different ways: bucket and object have the same owner. */
const PRIVATE_ACLS: ReadonlySet<string> = new Set(['private', 'bucket-owner-read', 'bucket-owner-full-control'])

/** GetBucketAcl: the owner has full control, nobody else has any. */
export function getBucketAcl(call: Call): Answer {
  findBucket(call)
  return privateAcl()
}

/** GetObjectAcl, as {@link getBucketAcl}. */
export function getObjectAcl(call: Call): Answer {
  findAddressedObject(call)
  return privateAcl()
}

/** PutBucketAcl: takes what changes nothing. @throws S3Error AccessControlListNotSupported for everything else. */
export async function putBucketAcl(call: Call): Promise<Answer> {
  findBucket(call)
  return await putPrivateAcl(call)
}

/** PutObjectAcl, as {@link putBucketAcl}. */
export async function putObjectAcl(call: Call): Promise<Answer> {
  findAddressedObject(call)
  return await putPrivateAcl(call)
}

/** @throws S3Error AccessControlListNotSupported when headers ask for rights of anybody but the owner. */
export function refuseAcl({ amz }: S3Request): void {
  const canned = amz.get('x-amz-acl')
  const grants = [...amz.keys()].some((name) => name.startsWith('x-amz-grant-'))
  if (grants || (canned !== undefined && !PRIVATE_ACLS.has(canned))) throw new S3Error('AccessControlListNotSupported')
}

async function putPrivateAcl(call: Call): Promise<Answer> {
  refuseAcl(call.request)
  const document = await receiveDocument(call)
  if (document.length === 0) {
    if (!call.request.amz.has('x-amz-acl')) throw new S3Error('MissingRequestBodyError')
    return emptyAnswer(200)
  }
  const { grants } = acceptedBody(parseAcl(document))
  const isPrivate = grants.every(({ grantee }) => grantee.type === 'CanonicalUser' && grantee.id === OWNER_ID)
  if (!isPrivate) throw new S3Error('AccessControlListNotSupported')
  return emptyAnswer(200)
}

function privateAcl(): Answer {
  const grant = element('Grant', granteeElement(), element('Permission', 'FULL_CONTROL'))
  return xmlAnswer(xmlDocument('AccessControlPolicy', ownerElement(), element('AccessControlList', grant)))
}
