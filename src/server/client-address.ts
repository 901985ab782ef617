/**
 * Who sent a request, from what each runtime passes beside it: `{ address }`; the bindings of Hono's adapter for Node.js;
 * Bun's server; Deno's information. Clients that are not known count as one.
 */
export function clientAddress(request: Request, info: unknown): string {
  const { address, incoming, remoteAddr, requestIP } = (info ?? {}) as {
    readonly address?: unknown
    readonly incoming?: { readonly socket?: { readonly remoteAddress?: unknown } }
    readonly remoteAddr?: { readonly hostname?: unknown }
    readonly requestIP?: unknown
  }
  const found =
    address ??
    incoming?.socket?.remoteAddress ??
    remoteAddr?.hostname ??
    (typeof requestIP === 'function' ? requestIP.call(info, request)?.address : undefined)
  return typeof found === 'string' ? found : ''
}
