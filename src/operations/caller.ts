import type { AuthorizationInput } from '../authz/authorize.ts'
import type { Circumstances } from '../authz/circumstances.ts'
import type { Exchange } from '../listen/exchange.ts'
import { plainAddress } from '../listen/client-address.ts'
import type { Call, Services } from './call.ts'

/** Where and when a request came in, noted once, so that all decisions on it agree. */
export function circumstancesOf(
  { client, request, tlsVersion }: Exchange,
  { owner, proxyRegion, now }: Services,
): Circumstances {
  // What is known of the TLS of a connection that a proxy before us ended is only that it was there.
  const isDirect = client.address === plainAddress(request.socket.remoteAddress ?? '')
  return {
    now: now(),
    sourceAddress: client.address,
    transport: client.secure ? 'tls' : 'plain',
    tlsVersion: isDirect && client.secure ? tlsVersion : undefined,
    accountId: owner.id,
    region: proxyRegion,
  }
}

/** A call as a question to the policies. */
export function questionOf({ authenticated, request, operation, circumstances, services }: Call): AuthorizationInput {
  return { authenticated, request, operation, circumstances, source: services.policies }
}
