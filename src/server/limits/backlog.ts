import { onAbort } from '../../base/on-abort.js'
import { Problem } from '../problem.js'
import type { Limits } from '../server-options.js'

/** What waits or is being tagged. */
export interface BacklogLoad {
  readonly texts: number
  readonly characters: number
}

/** Gives back the room of some texts; further calls do nothing. How fast texts are tagged is counted from those that were. */
export type Done = (isTagged: boolean) => void

/** Seconds of tagging after which an old rate counts half. */
const HALF_LIFE = 5
/** The most seconds that a client is told to wait. */
const LONGEST_WAIT = 60
/** Seconds of tagging until the rate is known well enough to refuse texts. */
const LEAST_BUSY = 2
/** What a text costs beside its characters, in characters. */
const COST_OF_TEXT = 200
/** Which part of the time of a request may be spent waiting, so that what is accepted is answered in time. */
const MOST_OF_TIME = 0.75

/**
 * The texts that were accepted and are not tagged yet. It is bounded: a request that comes when it is full, or that would not
 * be answered in time at the rate of the last seconds, is refused; the next text of a stream waits.
 */
export class Backlog {
  private texts = 0
  private characters = 0
  private waiting: { readonly length: number; readonly enter: () => void }[] = []
  /** What the texts cost that were tagged lately, weighed by how long ago; and the seconds with something to tag, likewise. */
  private tagged = 0
  private busy = 0
  private since = 0

  /** @param now milliseconds of a clock */
  constructor(
    private readonly limits: Pick<Limits, 'queuedTexts' | 'queuedCharacters' | 'time'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get load(): BacklogLoad {
    return { texts: this.texts, characters: this.characters }
  }

  /**
   * Takes the texts of a request, all or none, while they are tagged.
   * @throws Problem 503 that says when there may be room; what the work throws
   */
  async during<Result>(texts: number, characters: number, work: () => Promise<Result>): Promise<Result> {
    const done = this.admit(texts, characters)
    try {
      const result = await work()
      done(true)
      return result
    } finally {
      done(false)
    }
  }

  /**
   * Takes the texts of a request, all or none; call what it returns when they are tagged, or nobody wants that any more.
   * @throws Problem 503 that says when there may be room
   */
  admit(texts: number, characters: number): Done {
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
  async wait(characters: number, signal: AbortSignal): Promise<Done> {
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
    const { queuedTexts, queuedCharacters, time } = this.limits
    if (this.texts + texts > queuedTexts || this.characters + characters > queuedCharacters) return false
    return this.secondsToTag() <= (time / 1000) * MOST_OF_TIME
  }

  private enter(texts: number, characters: number): Done {
    this.age()
    this.texts += texts
    this.characters += characters
    let isOver = false
    return isTagged => {
      if (isOver) return
      isOver = true
      this.age()
      this.texts -= texts
      this.characters -= characters
      if (isTagged) this.tagged += costOf(texts, characters)
      while (this.waiting.length > 0 && this.hasRoom(1, this.waiting[0].length)) this.waiting.shift()?.enter()
    }
  }

  /** Counts the time since the last call, if there was something to tag. */
  private age(): void {
    const now = this.now()
    const seconds = this.texts === 0 ? 0 : (now - this.since) / 1000
    const share = 0.5 ** (seconds / HALF_LIFE)
    this.tagged *= share
    this.busy = this.busy * share + (HALF_LIFE / Math.LN2) * (1 - share)
    this.since = now
  }

  /** How long it takes to tag what waits, at the rate of the last seconds of work; 0 while nothing is known of it. */
  private secondsToTag(): number {
    this.age()
    if (this.busy < LEAST_BUSY || this.tagged === 0) return 0
    return (costOf(this.texts, this.characters) * this.busy) / this.tagged
  }

  private secondsToWait(): number {
    return Math.min(LONGEST_WAIT, Math.max(1, Math.ceil(this.secondsToTag())))
  }
}

function costOf(texts: number, characters: number): number {
  return COST_OF_TEXT * texts + characters
}
