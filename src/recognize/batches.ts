import { checkText } from './arguments.js'

export interface BatchLimits {
  readonly texts: number
  readonly characters: number
  /** Milliseconds that a started batch waits for the next text, so that a live stream does not stall. */
  readonly patience: number
}

const IDLE = Symbol('idle')

/**
 * Gathers texts into batches; yields each when it is full or the stream pauses.
 * @throws InputError `predict/argument` for what is not a text
 */
export async function* batchesOf(
  texts: AsyncIterable<string> | Iterable<string>,
  { texts: most, characters, patience }: BatchLimits,
): AsyncGenerator<string[]> {
  const source = Symbol.asyncIterator in texts ? texts[Symbol.asyncIterator]() : texts[Symbol.iterator]()
  let batch: string[] = []
  let length = 0
  let count = 0
  let coming = source.next()
  let isWaiting = false
  try {
    for (;;) {
      const result =
        coming instanceof Promise && batch.length > 0 ? await firstOf(coming, patience) : await coming
      if (result === IDLE) {
        isWaiting = true
        yield batch
        isWaiting = false
        batch = []
        length = 0
        continue
      }
      if (result.done) break
      checkText(result.value, `texts[${count++}]`)
      batch.push(result.value)
      length += result.value.length
      if (batch.length >= most || length >= characters) {
        yield batch
        batch = []
        length = 0
      }
      coming = source.next()
    }
    if (batch.length > 0) yield batch
  } finally {
    const closing = source.return?.()
    // A source that is waiting for its next text closes only after that, which may be never.
    if (isWaiting) void Promise.allSettled([closing])
    else await closing
  }
}

async function firstOf<T>(coming: Promise<T>, milliseconds: number): Promise<T | typeof IDLE> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const idle = new Promise<typeof IDLE>(resolve => {
    timer = setTimeout(resolve, milliseconds, IDLE)
  })
  try {
    return await Promise.race([coming, idle])
  } finally {
    clearTimeout(timer)
  }
}
