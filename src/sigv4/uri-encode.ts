const PLAIN = /^[A-Za-z0-9\-._~]*$/
const PLAIN_PATH = /^[A-Za-z0-9\-._~/]*$/
/** Left alone by `encodeURIComponent` (RFC 2396 marks) and yet reserved in RFC 3986. */
const RESERVED_MARKS = /[!'()*]/g

const escapeMark = (mark: string): string => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`

/**
 * Percent-encodes as SigV4 wants it: the UTF-8 bytes of `text`, all but `A-Za-z0-9-._~` as `%XX` with upper-case digits.
 * @throws URIError for a lone surrogate, which no decoded request text contains.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html (UriEncode)
 */
export function uriEncode(text: string): string {
  if (PLAIN.test(text)) return text
  return encodeURIComponent(text).replace(RESERVED_MARKS, escapeMark)
}

/**
 * {@link uriEncode} with `/` kept, for paths. S3 encodes a path once and normalises nothing in it.
 * @throws URIError for a lone surrogate.
 */
export function uriEncodePath(text: string): string {
  if (PLAIN_PATH.test(text)) return text
  // A literal "%2F" of the text has become "%252F", so every "%2F" found here stands for a slash.
  return uriEncode(text).replaceAll('%2F', '/')
}
