import { Session } from 'node:inspector/promises'

/** Counts how many blocks of some files of this program run. */
export interface BlockCounter {
  readonly count: (work: () => void) => Promise<number>
  readonly stop: () => void
}

/**
 * Counts by V8's own counters: a measure of work that no other process can disturb.
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
        for (const { ranges } of script.functions) for (const { count } of ranges) blocks += count
    return blocks
  }
  return { count, stop: () => session.disconnect() }
}
