import { Problem } from '../problem.js'
import type { Limits } from '../server-options.js'

/** The requests that are under way: how many, and whose. */
export class Requests {
  private open = 0
  private readonly byClient = new Map<string, number>()

  constructor(private readonly limits: Pick<Limits, 'requests' | 'requestsPerClient'>) {}

  get count(): number {
    return this.open
  }

  /**
   * Begins a request; call what it returns when it is over.
   * @throws Problem 503 if the server has too many; 429 if this client has
   */
  begin(client: string): () => void {
    const own = this.byClient.get(client) ?? 0
    const headers = { 'retry-after': '1' }
    if (own >= this.limits.requestsPerClient)
      throw new Problem(
        429,
        'limit/client',
        `one client may have ${this.limits.requestsPerClient} requests at a time`,
        { headers },
      )
    if (this.open >= this.limits.requests)
      throw new Problem(503, 'limit/requests', 'the server has as many requests as it takes', { headers })
    this.open++
    this.byClient.set(client, own + 1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.open--
      const rest = (this.byClient.get(client) ?? 1) - 1
      if (rest > 0) this.byClient.set(client, rest)
      else this.byClient.delete(client)
    }
  }
}
