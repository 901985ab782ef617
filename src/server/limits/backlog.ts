import { onAbort } from '../../base/on-abort.js'
import { Problem } from '../problem.js'
import type { Limits } from '../server-options.js'

/** What waits or is being tagged. */
export interface BacklogLoad {
  readonly texts: number
  readonly characters: number
}

/** Seconds after which an old rate counts half. */
const HALF_LIFE = 5
/** The most seconds that a client is told to wait. */
const LONGEST_WAIT = 60

/**
 * The texts that were accepted and are not tagged yet. It is bounded: a request that comes when it is full is refused, and
 * the next text of a stream waits.
 */
export class Backlog {
  private texts = 0
  private characters = 0
  private waiting: { readonly length: number; readonly enter: () => void }[] = []
  /** Characters that were tagged lately, weighed by how long ago. */
  private tagged = 0
  private since = Date.now()

  constructor(private readonly limits: Pick<Limits, 'queuedTexts' | 'queuedCharacters'>) {}

  get load(): BacklogLoad {
    return { texts: this.texts, characters: this.characters }
  }

  /**
   * Takes the texts of a request, all or none; call what it returns when they are tagged.
   * @throws Problem 503 that says when there may be room
   */
  admit(texts: number, characters: number): () => void {
    this.check(texts, characters)
    return this.enter(texts, characters)
  }

  /**
   * Refuses a request whose texts would find no room; by default, of which nothing is known yet, so that its body need not be
   * read.
   * @throws Problem 503 as `admit`
   */
  check(texts = 1, characters = 1): void {
    if (!this.hasRoom(texts, characters))
      throw new Problem(503, 'limit/queue', 'as many texts wait as may', {
        headers: { 'retry-after': String(this.secondsToWait()) },
      })
  }

  /** Takes the next text of a stream as soon as there is room. @throws the signal's reason */
  async wait(characters: number, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.waiting.length === 0 && this.hasRoom(1, characters)) return this.enter(1, characters)
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.waiting = this.waiting.filter(other => other !== own)
        reject(signal.reason)
      }
      const own = {
        length: characters,
        enter: () => {
          stop()
          resolve(this.enter(1, characters))
        },
      }
      const stop = onAbort(signal, giveUp)
      this.waiting.push(own)
    })
  }

  private hasRoom(texts: number, characters: number): boolean {
    // What is larger than all that may wait is taken when nothing else waits.
    if (this.texts === 0) return true
    const { queuedTexts, queuedCharacters } = this.limits
    return this.texts + texts <= queuedTexts && this.characters + characters <= queuedCharacters
  }

  private enter(texts: number, characters: number): () => void {
    this.texts += texts
    this.characters += characters
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      this.texts -= texts
      this.characters -= characters
      this.age()
      this.tagged += characters
      while (this.waiting.length > 0 && this.hasRoom(1, this.waiting[0].length)) this.waiting.shift()?.enter()
    }
  }

  private age(): void {
    const now = Date.now()
    this.tagged *= 0.5 ** ((now - this.since) / 1000 / HALF_LIFE)
    this.since = now
  }

  /** How long it takes to tag what waits, at the rate of the last seconds. */
  private secondsToWait(): number {
    this.age()
    const perSecond = (this.tagged * Math.LN2) / HALF_LIFE
    const seconds = perSecond > 0 ? this.characters / perSecond : 1
    return Math.min(LONGEST_WAIT, Math.max(1, Math.ceil(seconds)))
  }
}
