/** Something that is under way. */
interface Pending<Result> {
  readonly result: Promise<Result>
  readonly cost: number
  isSettled: boolean
}

/**
 * Starts work as its items come, ahead of what is asked for but only so far, and gives the results in the order of the
 * items. Results that are there already come together.
 *
 * @param start begins the work on an item; `cost` counts against `most` until its result was taken
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item>,
  start: (item: Item) => { readonly result: Promise<Result>; readonly cost: number },
  most: { readonly items: number; readonly cost: number },
): AsyncGenerator<Result[]> {
  const pending: Pending<Result>[] = []
  let cost = 0
  let wake = () => {}
  /** Waits until something changes. */
  const change = () => new Promise<void>(resolve => void (wake = resolve))
  const source = items[Symbol.asyncIterator]()
  let hasEnded = false
  let isLeft = false
  let failure: { readonly error: unknown } | undefined
  const reading = (async () => {
    try {
      while (!isLeft) {
        const { done, value } = await source.next()
        if (done) break
        const begun = start(value)
        const own: Pending<Result> = { ...begun, isSettled: false }
        begun.result.then(
          () => void (own.isSettled = true),
          () => void (own.isSettled = true),
        )
        pending.push(own)
        cost += own.cost
        wake()
        while (!isLeft && (pending.length >= most.items || cost >= most.cost)) await change()
      }
    } catch (error) {
      failure = { error }
    }
    hasEnded = true
    wake()
  })()
  try {
    for (;;) {
      const first = pending[0]
      if (first) {
        await Promise.allSettled([first.result])
        const ready: Result[] = []
        while (pending[0]?.isSettled) {
          const { result, cost: own } = pending[0]
          ready.push(await result)
          pending.shift()
          cost -= own
        }
        yield ready
        wake()
      } else if (hasEnded) break
      else await change()
    }
    if (failure) throw failure.error
  } finally {
    isLeft = true
    wake()
    // A source that waits for its next item ends only after that, which may be never.
    if (hasEnded) await reading
    else void Promise.allSettled([reading, source.return?.()])
  }
}
