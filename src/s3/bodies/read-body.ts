import { S3Error, type S3ErrorCode } from '../errors.ts'
import { isXmlProblem, REQUEST_XML_LIMITS, readXml, type XmlElement, type XmlLimits } from '../xml-reader.ts'

/** Why a body was refused: a name for the log, and the S3 code that the client gets. */
export interface BodyProblem {
  readonly problem: string
  readonly code: S3ErrorCode
}

/** Thrown while a body is being read, caught by `readBody`; never leaves this folder. */
export class BodyRefusal extends Error {
  readonly code: S3ErrorCode
  constructor(problem: string, code: S3ErrorCode = 'MalformedXML') {
    super(problem)
    this.code = code
  }
}

/** Whether reading a body gave a problem in place of the body. */
export function isBodyProblem<T extends object>(result: T | BodyProblem): result is BodyProblem {
  return 'problem' in result
}

/** The body as read. Throws the S3Error of its problem: the one place where a problem becomes an answer. */
export function acceptedBody<T extends object>(result: T | BodyProblem): T {
  if (isBodyProblem(result)) throw new S3Error(result.code, { detail: `body: ${result.problem}` })
  return result
}

/** Reads a document with that root by `read`, which may throw `BodyRefusal`. */
export function readBody<T extends object>(
  bytes: Uint8Array,
  rootName: string,
  read: (root: XmlElement) => T,
  limits: XmlLimits = REQUEST_XML_LIMITS,
): T | BodyProblem {
  const root = readXml(bytes, limits)
  if (isXmlProblem(root)) {
    return { problem: root.problem, code: root.problem === 'too-large' ? 'MaxMessageLengthExceeded' : 'MalformedXML' }
  }
  if (root.name !== rootName) return { problem: 'wrong-root', code: 'MalformedXML' }
  return refusalsAsProblems(() => read(root))
}

/** Turns a `BodyRefusal` that `read` throws into a problem. */
export function refusalsAsProblems<T extends object>(read: () => T): T | BodyProblem {
  try {
    return read()
  } catch (error) {
    if (error instanceof BodyRefusal) return { problem: error.message, code: error.code }
    throw error
  }
}
