import { Session } from 'node:inspector/promises'

/** Counts how many blocks of some files of this program run. */
export interface BlockCounter {
  readonly count: (work: () => void) => Promise<number>
  readonly stop: () => void
}

/**
 * Counts by V8's own counters: a measure of work that no other process can disturb.
 * The first range of a function is left out: it counts calls, and V8 counts some of them only until
 * the function is optimized, which happens at another time in each run. The blocks inside are exact.
 * @param files the URLs of the scripts that count
 */
export async function countBlocksOf(files: RegExp): Promise<BlockCounter> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const count = async (work: () => void) => {
    await session.post('Profiler.takePreciseCoverage')
    work()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    let blocks = 0
    for (const script of result)
      if (files.test(script.url))
        for (const { ranges } of script.functions) for (const { count } of ranges.slice(1)) blocks += count
    return blocks
  }
  return { count, stop: () => session.disconnect() }
}
