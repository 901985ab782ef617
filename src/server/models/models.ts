import type { Recognizer, RecognizerInfo } from '../../recognize/recognizer.js'
import { Problem } from '../problem.js'

/** What is known of a model that is served. */
export interface ModelFacts {
  readonly name: string
  /** Another one for every model that takes the place of the one before. */
  readonly version: string
  /** When it was loaded. */
  readonly loaded: Date
  readonly info: RecognizerInfo
}

/** A model in use: it is not released before `end` was called. */
export interface Lease extends ModelFacts {
  readonly recognizer: Recognizer
  readonly end: () => void
}

interface Entry extends ModelFacts {
  readonly recognizer: Recognizer
  uses: number
  isOld: boolean
}

/**
 * The models of a server by their names; the first is that of requests that name none. A model that is replaced answers the
 * requests that have begun with it, and is released after the last of them.
 *
 * @example
 * const models = new Models()
 * models.put('news', await loadTagger('runs/news', { workers: 2 }))
 */
export class Models {
  private readonly entries = new Map<string, Entry>()
  private readonly releasing = new Set<Promise<void>>()
  private count = 0

  /**
   * Serves a model, in the place of the one of this name if there is one.
   * @param version default: a number that counts up
   */
  put(name: string, recognizer: Recognizer, version = String(++this.count)): void {
    const before = this.entries.get(name)
    const { info } = recognizer
    this.entries.set(name, { name, version, loaded: new Date(), info, recognizer, uses: 0, isOld: false })
    if (before) this.retire(before)
  }

  /** In the order in which they were first put. */
  list(): readonly ModelFacts[] {
    return [...this.entries.values()]
  }

  get size(): number {
    return this.entries.size
  }

  /**
   * A model for a request; call `end` when it is answered.
   * @param name default: the first model
   * @throws Problem 404
   */
  lease(name?: string): Lease {
    const entry = name === undefined ? [...this.entries.values()][0] : this.entries.get(name)
    if (!entry) throw this.unknown(name)
    entry.uses++
    let isOver = false
    const end = () => {
      if (isOver) return
      isOver = true
      entry.uses--
      this.releaseIfDone(entry)
    }
    const { version, loaded, info, recognizer } = entry
    return { name: entry.name, version, loaded, info, recognizer, end }
  }

  /** @throws Problem 404 */
  facts(name: string): ModelFacts {
    const entry = this.entries.get(name)
    if (!entry) throw this.unknown(name)
    return entry
  }

  /** Releases all models once the requests that use them are answered. */
  async close(): Promise<void> {
    for (const entry of this.entries.values()) this.retire(entry)
    this.entries.clear()
    await Promise.allSettled([...this.releasing])
  }

  private unknown(name?: string): Problem {
    const names = [...this.entries.keys()].join(', ')
    const what = name === undefined ? 'this server has no model' : 'this server has no model of that name'
    return new Problem(404, 'model/unknown', names === '' ? what : `${what}; it has ${names}`)
  }

  private retire(entry: Entry): void {
    entry.isOld = true
    this.releaseIfDone(entry)
  }

  private releaseIfDone(entry: Entry): void {
    if (!entry.isOld || entry.uses > 0) return
    const releasing = entry.recognizer.release().catch(() => {})
    this.releasing.add(releasing)
    void releasing.then(() => this.releasing.delete(releasing))
  }
}
