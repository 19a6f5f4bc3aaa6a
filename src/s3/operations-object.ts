import type { S3Operation } from './operation.ts'
import { rowsOf, versioned } from './operation-row.ts'

const row = rowsOf('object')
/** A request on the bucket whose body names the keys. */
const bodyRow = rowsOf('bucket', 'body')

/** Rows 83 to 108: objects and what belongs to them. */
export const OBJECT_OPERATIONS: readonly S3Operation[] = [
  row(83, 'GET', 'GetObject', [versioned('GetObject', 'GetObjectVersion')]),
  row(84, 'HEAD', 'HeadObject', [versioned('GetObject', 'GetObjectVersion')]),
  row(85, 'GET ?attributes', 'GetObjectAttributes', [
    versioned('GetObject', 'GetObjectVersion'),
    versioned('GetObjectAttributes', 'GetObjectVersionAttributes'),
  ]),
  row(86, 'PUT no-copy', 'PutObject', 's3:PutObject'),
  bodyRow(87, 'POST form', 'PostObject', 's3:PutObject'),
  row(88, 'PUT copy', 'CopyObject', 's3:PutObject'),
  row(89, 'PUT ?renameObject', 'RenameObject', 's3express:CreateSession'),
  row(90, 'DELETE', 'DeleteObject', [versioned('DeleteObject', 'DeleteObjectVersion')]),
  bodyRow(91, 'POST ?delete', 'DeleteObjects', [versioned('DeleteObject', 'DeleteObjectVersion')]),
  row(92, 'POST ?restore', 'RestoreObject', 's3:RestoreObject'),
  row(93, 'POST ?select +select-type=2', 'SelectObjectContent', 's3:GetObject'),
  row(94, 'GET ?torrent', 'GetObjectTorrent', [versioned('GetObjectTorrent', 'GetObjectVersionTorrent')]),
  row(95, 'GET ?acl', 'GetObjectAcl', [versioned('GetObjectAcl', 'GetObjectVersionAcl')]),
  row(96, 'PUT ?acl', 'PutObjectAcl', [versioned('PutObjectAcl', 'PutObjectVersionAcl')]),
  row(97, 'GET ?tagging', 'GetObjectTagging', [versioned('GetObjectTagging', 'GetObjectVersionTagging')]),
  row(98, 'PUT ?tagging', 'PutObjectTagging', [versioned('PutObjectTagging', 'PutObjectVersionTagging')]),
  row(99, 'DELETE ?tagging', 'DeleteObjectTagging', [versioned('DeleteObjectTagging', 'DeleteObjectVersionTagging')]),
  row(100, 'GET ?retention', 'GetObjectRetention', 's3:GetObjectRetention'),
  row(101, 'PUT ?retention', 'PutObjectRetention', 's3:PutObjectRetention'),
  row(102, 'GET ?legal-hold', 'GetObjectLegalHold', 's3:GetObjectLegalHold'),
  row(103, 'PUT ?legal-hold', 'PutObjectLegalHold', 's3:PutObjectLegalHold'),
  row(104, 'PUT ?encryption', 'UpdateObjectEncryption', 's3:UpdateObjectEncryption'),
  row(105, 'GET ?annotation +annotationName', 'GetObjectAnnotation', [
    versioned('GetObjectAnnotation', 'GetObjectVersionAnnotation'),
  ]),
  row(106, 'PUT ?annotation +annotationName', 'PutObjectAnnotation', [
    versioned('PutObjectAnnotation', 'PutObjectVersionAnnotation'),
  ]),
  row(107, 'DELETE ?annotation +annotationName', 'DeleteObjectAnnotation', [
    versioned('DeleteObjectAnnotation', 'DeleteObjectVersionAnnotation'),
  ]),
  row(108, 'GET ?annotation -annotationName', 'ListObjectAnnotations', [
    versioned('ListObjectAnnotations', 'ListObjectVersionAnnotations'),
  ]),
]
