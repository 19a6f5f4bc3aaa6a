import { S3Error } from '../src/s3/errors.ts'

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/**
 * A header that is to be given back later. What comes from a query parameter may hold what no header can.
 * @throws S3Error InvalidArgument
 */
export function checkHeader(name: string, value: string): void {
  if (NAME.test(name) && VALUE.test(value)) return
  throw new S3Error('InvalidArgument', {
    message: 'A name or value cannot be a header.',
    extras: [['ArgumentName', name]],
  })
}
