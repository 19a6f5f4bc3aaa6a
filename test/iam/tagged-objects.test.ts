import { call, copy, get, head, list, put, remove } from './calls.ts'
import { ALL, ANYBODY, AWS, closed, denies, lacks, may, mayNot, RCLONE } from './rows.ts'
import { checkScenario } from './scenario.ts'

const LOGO = 'press-kit/logo.svg'
const DRAFT = 'press-kit/draft.pdf'
const PLAIN = 'press-kit/untagged.txt'
const SECRET = 'press-kit/secret.txt'

/** The one question that decides. */
const tagsOf = (path: string) => ({ backendSees: [`GET /${path}?tagging=`] })
const tag = (value: string | null) => ({ 's3:ExistingObjectTag/visibility': value })
const setTags = (path: string, Value: string) =>
  call('put_object_tagging', path, { Tagging: { TagSet: [{ Key: 'visibility', Value }] } })

checkScenario('readers limited to tagged objects', {
  config: `
users:
  - {name: press, access_key: "PRESSKEY", secret_key: "press-secret-0123456789", policies: [{policy: readwrite, buckets: [press-kit]}]}
  - name: partner
    access_key: "PARTNERKEY"
    secret_key: "partner-secret-0123456789"
    inline_policy:
      Version: "2012-10-17"
      Statement:
        - Sid: ForPartners
          Effect: Allow
          Action: ["s3:GetObject", "s3:GetObjectTagging"]
          Resource: "arn:aws:s3:::press-kit/*"
          Condition: {StringEquals: {"s3:ExistingObjectTag/visibility": ["public", "partners"]}}
  - name: trainee
    access_key: "TRAINEEKEY"
    secret_key: "trainee-secret-0123456789"
    policies: [{policy: readonly, buckets: [press-kit]}]
    inline_policy:
      Version: "2012-10-17"
      Statement:
        - Sid: NoSecrets
          Effect: Deny
          Action: "s3:GetObject"
          Resource: "arn:aws:s3:::press-kit/*"
          Condition: {StringEquals: {"s3:ExistingObjectTag/visibility": "secret"}}
bucket_policies:
  press-kit:
    Version: "2012-10-17"
    Statement:
      - Sid: WhatIsTagged
        Effect: Allow
        Principal: "*"
        Action: "s3:GetObject"
        Resource: "arn:aws:s3:::press-kit/*"
        Condition: {StringEquals: {"s3:ExistingObjectTag/visibility": "public"}}
`,
  buckets: { 'press-kit': 'plain' },
  objects: [
    { path: LOGO, tags: 'visibility=public' },
    { path: DRAFT, tags: 'visibility=partners&state=draft' },
    { path: SECRET, tags: 'visibility=secret' },
    PLAIN,
  ],
  rows: [
    may(ANYBODY, get(LOGO), { by: AWS }),
    may(ANYBODY, head(LOGO)),
    mayNot(ANYBODY, get(DRAFT), closed('s3:GetObject', DRAFT, tag('partners')), { by: AWS, ...tagsOf(DRAFT) }),
    mayNot(ANYBODY, head(DRAFT), closed('s3:GetObject', DRAFT, tag('partners')), tagsOf(DRAFT)),
    mayNot(ANYBODY, get(PLAIN), closed('s3:GetObject', PLAIN, tag(null)), { ...tagsOf(PLAIN) }),
    mayNot(ANYBODY, list('press-kit'), closed('s3:ListBucket', 'press-kit'), { by: AWS }),
    mayNot(ANYBODY, put(LOGO, { Tagging: 'visibility=public' }), closed('s3:PutObject', LOGO)),

    may('partner', get(DRAFT), { by: ALL }),
    may('partner', call('get_object_tagging', DRAFT), { shows: ['state=draft', 'visibility=partners'] }),
    mayNot('partner', get(SECRET), lacks('s3:GetObject', SECRET, tag('secret')), { ...tagsOf(SECRET) }),
    mayNot('partner', get(SECRET), lacks('s3:GetObject', SECRET, tag('secret')), { by: RCLONE, ...tagsOf(SECRET) }),
    mayNot(
      'partner',
      call('get_object_tagging', SECRET),
      lacks('s3:GetObjectTagging', SECRET, tag('secret')),
      tagsOf(SECRET),
    ),
    mayNot('partner', copy(SECRET, 'press-kit/copy'), lacks('s3:PutObject', 'press-kit/copy')),

    may('trainee', get(DRAFT)),
    may('trainee', get(PLAIN)),
    mayNot('trainee', get(SECRET), denies('inline_policy', 'NoSecrets', tag('secret')), { by: AWS, ...tagsOf(SECRET) }),

    may('press', get(SECRET), { backendSees: [`GET /${SECRET}`] }),
    // Who tags decides; the next request sees it.
    may('press', setTags(DRAFT, 'public')),
    may(ANYBODY, get(DRAFT), { by: AWS }),
    may('press', setTags(DRAFT, 'partners')),
    mayNot(ANYBODY, get(DRAFT), closed('s3:GetObject', DRAFT, tag('partners')), tagsOf(DRAFT)),
    mayNot('partner', remove(DRAFT), lacks('s3:DeleteObject', DRAFT)),
  ],
})
