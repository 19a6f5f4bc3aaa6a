import { call, copy, get, put, remove, removeMany, upload } from './calls.ts'
import { AWS, besides, lacks, may, mayNot } from './rows.ts'
import { checkScenario } from './scenario.ts'

const FILM = 'media/film.mp4'
const TAGGED = 'media/tagged.mp4'
const DAY = 24 * 60 * 60 * 1000
const inADay = () => new Date(Date.now() + DAY).toISOString()

checkScenario('what the headers of an upload ask for needs a right of its own', {
  config: `
policies:
  PlainUploads:
    Version: "2012-10-17"
    Statement:
      - {Sid: Upload, Effect: Allow, Action: ["s3:PutObject", "s3:GetObject"], Resource: ["arn:aws:s3:::media/*", "arn:aws:s3:::locked/*"]}
  Extras:
    Version: "2012-10-17"
    Statement:
      - Sid: WhatHeadersAskFor
        Effect: Allow
        Action: ["s3:PutObjectTagging", "s3:PutObjectAcl", "s3:PutObjectRetention", "s3:PutObjectLegalHold"]
        Resource: ["arn:aws:s3:::media/*", "arn:aws:s3:::locked/*"]
  StandardOnly:
    Version: "2012-10-17"
    Statement:
      - Sid: NoOtherClass
        Effect: Allow
        Action: "s3:PutObject"
        Resource: "arn:aws:s3:::media/*"
        Condition: {StringEqualsIfExists: {"s3:x-amz-storage-class": "STANDARD"}}
users:
  - {name: plain, access_key: "PLAINKEY", secret_key: "plain-secret-0123456789", policies: [PlainUploads]}
  - {name: editor, access_key: "EDITORKEY", secret_key: "editor-secret-0123456789", policies: [PlainUploads, Extras]}
  - {name: thrifty, access_key: "THRIFTYKEY", secret_key: "thrifty-secret-0123456789", policies: [StandardOnly]}
  - {name: remover, access_key: "REMOVERKEY", secret_key: "remover-secret-0123456789", policies: [{policy: readwrite, buckets: [locked]}]}
`,
  buckets: { media: 'plain', locked: 'locked' },
  objects: [FILM, { path: TAGGED, tags: 'state=final' }, { path: 'locked/deed', versions: 1 }],
  rows: [
    may('plain', put(FILM, { ACL: 'private' }), { by: AWS }),
    mayNot('plain', put(FILM, { Tagging: 'state=draft' }), lacks('s3:PutObjectTagging', FILM), { by: AWS }),
    mayNot('plain', put(FILM, { ACL: 'public-read' }), lacks('s3:PutObjectAcl', FILM), { by: AWS }),
    mayNot(
      'plain',
      put(FILM, { GrantRead: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"' }),
      lacks('s3:PutObjectAcl', FILM),
    ),
    mayNot(
      'plain',
      call('create_multipart_upload', FILM, { Tagging: 'state=draft' }),
      lacks('s3:PutObjectTagging', FILM),
    ),
    mayNot('plain', call('create_multipart_upload', FILM, { ACL: 'public-read' }), lacks('s3:PutObjectAcl', FILM)),
    mayNot(
      'plain',
      copy(FILM, 'media/copy', { TaggingDirective: 'REPLACE', Tagging: 'a=b' }),
      lacks('s3:PutObjectTagging', 'media/copy'),
    ),
    mayNot('plain', copy(FILM, 'media/copy', { ACL: 'public-read' }), lacks('s3:PutObjectAcl', 'media/copy')),
    mayNot(
      'plain',
      put('locked/new', { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: inADay }),
      lacks('s3:PutObjectRetention', 'locked/new'),
      { by: AWS },
    ),
    mayNot(
      'plain',
      put('locked/new', { ObjectLockLegalHoldStatus: 'ON' }),
      lacks('s3:PutObjectLegalHold', 'locked/new'),
      { by: AWS },
    ),

    // Tags go along with a copy: whether there are any the source is asked.
    may('plain', copy(FILM, 'media/copy'), { by: AWS }),
    mayNot('plain', copy(TAGGED, 'media/copy'), lacks('s3:GetObjectTagging', TAGGED), {
      by: AWS,
      backendSees: ['HEAD /media/tagged.mp4'],
    }),

    may('editor', put(FILM, { Tagging: 'state=draft' })),
    may('editor', put(FILM, { ACL: 'bucket-owner-full-control' })),
    may('editor', put('locked/new', { ObjectLockLegalHoldStatus: 'OFF' })),

    may('thrifty', put(FILM)),
    may('thrifty', put(FILM, { StorageClass: 'STANDARD' }), { by: AWS }),
    may('thrifty', upload('media/large')),
    mayNot(
      'thrifty',
      put(FILM, { StorageClass: 'REDUCED_REDUNDANCY' }),
      lacks('s3:PutObject', FILM, { 's3:x-amz-storage-class': 'REDUCED_REDUNDANCY' }),
    ),
    mayNot(
      'thrifty',
      call('create_multipart_upload', FILM, { StorageClass: 'GLACIER' }),
      lacks('s3:PutObject', FILM, { 's3:x-amz-storage-class': 'GLACIER' }),
    ),
    mayNot('thrifty', get(FILM), lacks('s3:GetObject', FILM)),

    mayNot(
      'remover',
      remove('locked/deed', { BypassGovernanceRetention: true }),
      lacks('s3:BypassGovernanceRetention', 'locked/deed'),
      { by: AWS },
    ),
    mayNot(
      'remover',
      removeMany('locked', ['deed'], { BypassGovernanceRetention: true }),
      lacks('s3:BypassGovernanceRetention', 'locked/deed'),
      { by: AWS },
    ),
  ],
})

checkScenario('public ACLs are blocked for whoever may set ACLs', {
  config: `
public_access_block: {block_public_acls: true}
users:
  - {name: editor, access_key: "EDITORKEY", secret_key: "editor-secret-0123456789", policies: [admin]}
`,
  buckets: { gallery: 'plain' },
  objects: ['gallery/picture'],
  rows: [
    may('editor', put('gallery/picture', { ACL: 'private' })),
    may('editor', call('put_object_acl', 'gallery/picture', { ACL: 'private' })),
    mayNot('editor', put('gallery/picture', { ACL: 'public-read' }), besides('public ACLs are blocked'), { by: AWS }),
    mayNot(
      'editor',
      call('put_object_acl', 'gallery/picture', { ACL: 'public-read-write' }),
      besides('public ACLs are blocked'),
    ),
    mayNot(
      'editor',
      call('put_bucket_acl', 'gallery', { ACL: 'authenticated-read' }),
      besides('public ACLs are blocked'),
    ),
  ],
})
