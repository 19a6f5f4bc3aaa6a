import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FormOrder, signatureFields } from '../support/browser-form.ts'
import { programsAreCompulsory } from '../support/environment.ts'
import { type ProxiedStore, startProxiedStore } from '../support/proxied-store.ts'
import { chromiumFile, launchChromium } from './chromium.ts'
import { type PageServer, servePage } from './page-server.ts'

const ALICE = { accessKey: 'ALICEACCESSKEY', secretKey: 'alice-secret-key' }
const BUCKET = 'site-bkt'
const PAGE = '<!doctype html><meta charset="utf-8"><title>a page</title><body></body>'
const MIB = 1024 * 1024

/** A page as the site's server would make it. */
function formPage(action: string, fields: readonly (readonly [name: string, value: string])[]): string {
  const quoted = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
  const inputs = fields.map(([name, value]) => `<input type="hidden" name="${quoted(name)}" value="${quoted(value)}">`)
  const file = '<input type="file" name="file"><button>Send</button>'
  return `<form action="${action}" method="post" enctype="multipart/form-data">${inputs.join('')}${file}</form>`
}

describe.runIf(chromiumFile !== undefined || programsAreCompulsory)('in a browser', () => {
  let browser: Browser
  let site: PageServer
  let stranger: PageServer
  let proxied: ProxiedStore
  let client: S3Client

  beforeAll(async () => {
    site = await servePage(PAGE)
    stranger = await servePage(PAGE)
    const rules = [
      {
        origins: [site.origin],
        methods: ['GET', 'PUT', 'POST'],
        headers: ['content-type'],
        expose: ['ETag', 'Location'],
      },
    ]
    proxied = await startProxiedStore(BUCKET, [{ ...ALICE, buckets: [BUCKET] }], { cors: { [BUCKET]: rules } })
    client = new S3Client({
      endpoint: endpoint(),
      region: proxied.region,
      credentials: { accessKeyId: ALICE.accessKey, secretAccessKey: ALICE.secretKey },
      forcePathStyle: true,
    })
    browser = await launchChromium()
  })
  afterAll(async () => {
    client.destroy()
    await browser.close()
    await Promise.all([site.close(), stranger.close(), proxied.close()])
  })

  const endpoint = (): string => `http://127.0.0.1:${proxied.port}`

  async function openPage(server: PageServer): Promise<Page> {
    const page = await browser.newPage()
    await page.goto(server.origin)
    return page
  }

  async function stored(key: string): Promise<Buffer | undefined> {
    const object = await proxied.store
      .client()
      .send(new GetObjectCommand({ Bucket: BUCKET, Key: key }))
      .catch(() => undefined)
    return object === undefined ? undefined : Buffer.from((await object.Body?.transformToByteArray()) ?? [])
  }

  const presigned = (command: PutObjectCommand | GetObjectCommand): Promise<string> =>
    getSignedUrl(client, command, { expiresIn: 60 })

  /** Fields of a form as the site's own server would sign them. */
  function formFields(order: FormOrder): (readonly [string, string])[] {
    const whole = { ...order, bucket: BUCKET }
    return [...(order.fields ?? []), ...signatureFields({ ...ALICE, region: proxied.region }, whole)]
  }

  test.each([
    ['of a few bytes', 1_000],
    ['that is sent on in parts', 12 * MIB],
  ])('a form uploads a file %s, and leads back to the site', async (name, size) => {
    const page = await openPage(site)
    const fields = formFields({
      fields: [
        ['key', 'form/${filename}'],
        ['Content-Type', 'image/png'],
        ['success_action_redirect', `${site.origin}/done`],
      ],
      conditions: [
        ['starts-with', '$key', 'form/'],
        ['content-length-range', 0, 20 * MIB],
      ],
    })
    await page.setContent(formPage(`${endpoint()}/${BUCKET}`, fields))
    const content = Buffer.alloc(size, name)
    const fileName = `ä ${name}.png`
    await page.setInputFiles('input[type=file]', { name: fileName, mimeType: 'image/png', buffer: content })
    await Promise.all([page.waitForURL(`${site.origin}/done?**`), page.click('button')])
    const landed = new URL(page.url()).searchParams
    expect(landed.get('bucket')).toBe(BUCKET)
    expect(landed.get('key')).toBe(`form/${fileName}`)
    expect(landed.get('etag')).toMatch(/^"[0-9a-f]{32}(-3)?"$/)
    expect((await stored(`form/${fileName}`))?.equals(content)).toBe(true)
    await page.close()
  })

  test('a script sends a form and reads the answer', async () => {
    const page = await openPage(site)
    const fields = formFields({
      fields: [
        ['key', 'script'],
        ['success_action_status', '201'],
      ],
    })
    const answer = await page.evaluate(
      async ({ action, pairs }) => {
        const form = new FormData()
        for (const [field, value] of pairs) form.append(field, value)
        form.append('file', new Blob(['from a script']), 'a.txt')
        const response = await fetch(action, { method: 'POST', body: form })
        return { status: response.status, etag: response.headers.get('etag'), text: await response.text() }
      },
      { action: `${endpoint()}/${BUCKET}`, pairs: fields },
    )
    expect(answer.status).toBe(201)
    expect(answer.etag).toMatch(/^"[0-9a-f]{32}"$/)
    expect(answer.text).toContain('<Key>script</Key>')
    expect((await stored('script'))?.toString()).toBe('from a script')
    await page.close()
  })

  /** What a page gets when it fetches: the answer, or the name of the error that the browser gives it. */
  function fetched(page: Page, url: string, body?: string): Promise<string> {
    return page.evaluate(
      async ({ url: target, text }) => {
        try {
          const put = { method: 'PUT', headers: { 'content-type': 'text/plain' } }
          const response = await (text === undefined ? fetch(target) : fetch(target, { ...put, body: text }))
          return `${response.status} ${response.headers.get('etag') === null ? '' : 'etag '}${await response.text()}`
        } catch (error) {
          return error instanceof Error ? error.name : 'thrown'
        }
      },
      { url, text: body },
    )
  }

  test('a page uploads by a presigned PUT and downloads by a presigned GET', async () => {
    const page = await openPage(site)
    const put = await presigned(new PutObjectCommand({ Bucket: BUCKET, Key: 'presigned ü', ContentType: 'text/plain' }))
    expect(await fetched(page, put, 'from a page')).toBe('200 etag ')
    const get = await presigned(new GetObjectCommand({ Bucket: BUCKET, Key: 'presigned ü' }))
    expect(await fetched(page, get)).toBe('200 etag from a page')
    await page.close()
  })

  test('a page reads the errors of the proxy', async () => {
    const page = await openPage(site)
    expect(await fetched(page, `${endpoint()}/${BUCKET}/k`)).toMatch(/^403 .*<Code>AccessDenied<\/Code>/s)
    await page.close()
  })

  test('a page of another origin may do none of that', async () => {
    const page = await openPage(stranger)
    const put = await presigned(new PutObjectCommand({ Bucket: BUCKET, Key: 'stranger', ContentType: 'text/plain' }))
    expect(await fetched(page, put, 'from a stranger')).toBe('TypeError')
    expect(await stored('stranger')).toBeUndefined()
    const get = await presigned(new GetObjectCommand({ Bucket: BUCKET, Key: 'script' }))
    expect(await fetched(page, get)).toBe('TypeError')
    await page.close()
  })
})
