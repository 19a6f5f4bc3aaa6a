import { type AddressInfo, createServer, type Socket } from 'node:net'

// A program: a backend that costs next to nothing, so that the proxies before it are what is measured. It reads requests
// of a known length and answers from memory: GET and HEAD of `/bucket/N` an object of N bytes, PUT with an ETag, everything
// else an empty list of buckets. The first line it prints is its port.

const END = Buffer.from('\r\n\r\n')
const ETAG = 'ETag: "0123456789abcdef0123456789abcdef"'
const BUCKETS = '<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>'
const answers = new Map<string, Buffer>()

const server = createServer({ noDelay: true }, (socket) => serve(socket))
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
process.stdin.on('end', () => process.exit(0)).resume()

function serve(socket: Socket): void {
  let head: Buffer = Buffer.alloc(0)
  let bodyLeft = 0
  let answer: Buffer | undefined
  const finishRequest = (): void => {
    if (answer !== undefined && bodyLeft === 0) {
      socket.write(answer)
      answer = undefined
    }
  }
  socket.on('error', () => socket.destroy())
  socket.on('data', (received: Buffer) => {
    let bytes = received
    while (bytes.length > 0) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, bytes.length)
        bodyLeft -= taken
        bytes = bytes.subarray(taken)
      } else {
        const whole: Buffer = head.length === 0 ? bytes : Buffer.concat([head, bytes])
        const end = whole.indexOf(END)
        if (end < 0) {
          head = whole
          return
        }
        const text = whole.toString('latin1', 0, end)
        answer = answerTo(text)
        bodyLeft = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? 0)
        head = Buffer.alloc(0)
        bytes = whole.subarray(end + END.length)
      }
      finishRequest()
    }
  })
}

function answerTo(head: string): Buffer {
  const [method = '', target = ''] = head.split(' ', 2)
  const key = `${method} ${target.split('?', 1)[0]}`
  const known = answers.get(key)
  if (known !== undefined) return known
  const made = makeAnswer(method, Number(/^\S+ \/[^/]+\/(\d+)$/.exec(key)?.[1] ?? 0))
  answers.set(key, made)
  return made
}

function makeAnswer(method: string, bytes: number): Buffer {
  const head = (length: number): string => `HTTP/1.1 200 OK\r\n${ETAG}\r\nContent-Length: ${length}\r\n\r\n`
  if (method === 'PUT') return Buffer.from(head(0))
  if (method === 'HEAD') return Buffer.from(head(bytes))
  return bytes === 0 ? Buffer.from(head(BUCKETS.length) + BUCKETS) : Buffer.from(head(bytes) + 'x'.repeat(bytes))
}
