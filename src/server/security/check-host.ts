import { Problem } from '../problem.js'

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/

/**
 * Refuses a request that was sent to another name than the server's. A page of a stranger can make its own name mean this
 * machine (DNS rebinding), but then the name is still in the request. An IP address cannot be rebound.
 *
 * @param hosts names besides `localhost` and IP addresses, without a port
 * @throws Problem 421
 */
export function checkHost(request: Request, hosts: readonly string[]): void {
  const given = request.headers.get('host')
  const called = hostOf(request.url)
  for (const host of given === null || given === called ? [called] : [given, called])
    if (!isAllowed(nameOf(host), hosts))
      throw new Problem(
        421,
        'request/host',
        'the server does not go by the name in the Host header; --allow-host, or access.hosts in TypeScript, adds one',
      )
}

/** The host of an address, much faster than `new URL`; with a user's name before it, it is none that is allowed. */
function hostOf(url: string): string {
  return /^https?:\/\/([^/?#]*)/.exec(url)?.[1] ?? ''
}

/** The name in a `Host` header, without its port; IPv6 keeps its brackets. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '')
}

function isAllowed(name: string, hosts: readonly string[]): boolean {
  return (
    name === 'localhost' ||
    IPV4.test(name) ||
    /^\[[0-9a-f:.]+\]$/.test(name) ||
    hosts.some(host => host.toLowerCase() === name)
  )
}
