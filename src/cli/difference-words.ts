import type { CanonicalDifference } from './canonical-differences.ts'
import type { ComparedRequest } from './failed-requests.ts'
import { shown } from './verdict.ts'

/** How the two were brought together. */
export type Choice = 'named' | 'newest'

/** What was compared and how it differs, in plain words, whole lines. */
export function differenceWords(compared: ComparedRequest, file: string, choice: Choice): string {
  const { differences } = compared
  const lines = differences.map(oneDifference).join('')
  return `${headline(compared, file, choice)}${differences.length === 0 ? sameWords(compared) : lines}${cutWords(compared)}`
}

function headline({ client, failed }: ComparedRequest, file: string, choice: Choice): string {
  const { event } = failed
  const what = client.told === 'signed' ? 'The canonical request' : 'The request that is sent'
  const target = [event.bucket, event.key].filter((part) => part !== null).join('/')
  const named = `${shown(event.operation ?? 'a request')}${target === '' ? '' : ` of ${shown(target)}`}`
  const how = choice === 'newest' ? 'the newest recorded one that fits by date and key' : 'the one that was named'
  return (
    `${what} in ${shown(file)}, line ${client.line}, beside ${event.request_id}, ${how}:\n` +
    `${named} at ${event.time} from ${shown(event.source_ip)} (key ${shown(event.access_key ?? '')}).\n`
  )
}

function sameWords({ client, failed }: ComparedRequest): string {
  const key = shown(failed.event.access_key ?? '')
  const told =
    client.told === 'signed'
      ? 'Every line is the same: what the client signed is what arrived.'
      : 'Every line that can be compared is the same: what the client sent is what arrived.'
  const but =
    client.told === 'signed'
      ? ''
      : ' (Or the client signs something else than it sends; its canonical request would tell.)'
  return (
    `${told}\nSo the secret key must differ: the client's is not the one that the configuration has for ${key}. ` +
    `Look for a blank or line end in it, another profile or environment variable, a key of another user.${but}\n`
  )
}

function oneDifference({ part, name, client, received, cause }: CanonicalDifference): string {
  const at = firstDifference(client, received)
  const where = at === undefined ? '' : ` (from character ${at} on)`
  return (
    `\n${name === undefined ? part : `${part} ${visible(name)}`}${where}\n` +
    `  client:  ${side(client)}\n` +
    `  arrived: ${side(received)}\n` +
    `  ${cause}\n`
  )
}

const side = (text: string | undefined): string => (text === undefined ? 'nothing' : `"${visible(text)}"`)

/** Counted from 1; undefined where one of them is missing or both begin otherwise. */
function firstDifference(client: string | undefined, received: string | undefined): number | undefined {
  if (client === undefined || received === undefined) return undefined
  let at = 0
  while (at < client.length && client[at] === received[at]) at++
  return at === 0 ? undefined : at + 1
}

/**
 * Text as a terminal may show it, and so that every byte can be told: all but printable ASCII as `\xNN`, and blanks at the
 * ends or beside others, too.
 */
function visible(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(/^ +| +$| {2,}/g, (blanks) => '\\x20'.repeat(blanks.length))
    .replaceAll(/[^\x20-\x7e]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)
}

function cutWords({ failed }: ComparedRequest): string {
  return failed.lines.extent === 'whole'
    ? ''
    : '\nThe request was too large to be recorded whole: parameters or headers at the end were not compared.\n'
}
