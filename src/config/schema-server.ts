import { z } from 'zod'
import { BACKEND_QUIRK_NAMES } from '../s3/backend-quirks.ts'
import { isHostname, isNetwork, parseListenAddress } from './addresses.ts'
import { durationField, pathField, patternField, sizeField, textField } from './fields.ts'
import { ANY_TIMER, Fault } from './units.ts'

/** Node refuses heads beyond what it is told; more than this per connection would be memory for attackers. */
export const MAX_HEADER_BYTES_CAP = 65_536

const hostname = textField((text) =>
  isHostname(text)
    ? text.toLowerCase()
    : new Fault('must be a host name without scheme and port, such as "s3.example.com"'),
)
const network = textField((text) =>
  isNetwork(text) ? text : new Fault('must be an IP address or a network, such as "10.0.0.0/8"'),
)
const region = patternField(/^(\*|[A-Za-z0-9_-]{1,64})$/, 'must be a region name, such as "us-east-1", or "*" alone')

/** `server`: the S3 listener that clients see. */
export const serverSchema = z
  .strictObject({
    listen_addr: textField(parseListenAddress)
      .prefault(':8080')
      .meta({ description: 'Where clients connect: ":8080", "0.0.0.0:8080" or "[::1]:8080".' }),
    read_timeout: durationField(ANY_TIMER).prefault('300s').meta({
      description:
        'Ends a request when no byte came from the client for this long while it was being read. Bounds silence, not the transfer.',
    }),
    write_timeout: durationField(ANY_TIMER).prefault('300s').meta({
      description:
        'Ends an answer when the client took no byte for this long while it was being written. Bounds silence, not the transfer.',
    }),
    idle_timeout: durationField(ANY_TIMER)
      .prefault('120s')
      .meta({ description: 'How long a connection may stay open between requests.' }),
    max_header_bytes: sizeField(1_024, 2 ** 31)
      .prefault('16KiB')
      .meta({ description: 'Largest request head. Above 64 KiB it is capped, with a warning.' }),
    regions: z
      .union([z.literal('*'), z.array(region).min(1)])
      .optional()
      .meta({
        description:
          'Regions accepted in the credential scope of clients; "*" accepts any. Default: the master region and us-east-1.',
      }),
    hostnames: z.array(hostname).default([]).meta({
      description:
        'Own host names: BUCKET.NAME is virtual-hosted addressing; also accepted as the signed host behind a load balancer.',
    }),
    trusted_proxies: z
      .array(network)
      .default([])
      .meta({ description: 'Whose X-Forwarded-For, -Proto, -Host and -Port are believed.' }),
    tls: z
      .strictObject({
        cert_file: pathField().meta({ description: 'Certificate chain (PEM).' }),
        key_file: pathField().meta({ description: 'Private key (PEM).' }),
      })
      .optional()
      .meta({ description: 'Serves https with this certificate.' }),
  })
  .meta({ description: 'The S3 listener that clients see.' })

/** `admin`: the operators' listener. */
export const adminSchema = z
  .strictObject({
    listen_addr: textField(parseListenAddress).meta({ description: 'Where /livez and /metrics are served.' }),
  })
  .meta({ description: "The operators' listener; none is opened when this block is absent." })

/** `store`: the embedded store. */
export const storeSchema = z
  .strictObject({
    path: pathField().default('./data').meta({ description: 'Folder of the data.' }),
    listen_addr: textField(parseListenAddress)
      .prefault('127.0.0.1:9000')
      .meta({ description: 'Where the store listens.' }),
    imitate: z
      .array(z.enum(BACKEND_QUIRK_NAMES))
      .default([])
      .meta({ description: `What other backends do differently, to be imitated: ${BACKEND_QUIRK_NAMES.join(', ')}.` }),
  })
  .meta({ description: 'The embedded store, which checks the master credentials.' })
