import { InputError } from '../base/errors.js'

/** The calls under way on something that is released: those that have begun may end, later ones are refused. */
export class Calls {
  private open = 0
  private isClosed = false
  private whenDone?: () => void
  private closing?: Promise<void>

  /** @throws InputError `predict/released` once `close` was called */
  check(): void {
    if (this.isClosed)
      throw new InputError('predict/released', {
        where: 'tagger',
        expected: 'one that has not been released',
        got: 'a call after release()',
        remedy: 'load it again, or release it later',
      })
  }

  /** Runs a call. @throws as `check` */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.begin()
    try {
      return await work()
    } finally {
      this.end()
    }
  }

  /** Runs a stream: it is under way from its first item until it ends or is closed. @throws as `check` */
  async *stream<Item>(items: () => AsyncIterable<Item>): AsyncGenerator<Item> {
    this.begin()
    try {
      yield* items()
    } finally {
      this.end()
    }
  }

  /**
   * Waits for the calls under way, then frees. Further calls of `close` wait for the same end.
   * @param free what to do at the end, once
   */
  close(free: () => Promise<void>): Promise<void> {
    this.isClosed = true
    this.closing ??= this.ended().then(free)
    return this.closing
  }

  private begin(): void {
    this.check()
    this.open++
  }

  private end(): void {
    this.open--
    if (this.open === 0) this.whenDone?.()
  }

  private async ended(): Promise<void> {
    if (this.open > 0)
      await new Promise<void>(resolve => {
        this.whenDone = resolve
      })
  }
}
