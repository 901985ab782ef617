// Contenders take turns in one run, so that a busy neighbor or a warm processor meets all of them.

/** Threads of the one before, which may spin for a while (OpenMP: 0.2 s), must not starve the next. */
const REST_MS = 250

export const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

/**
 * @param contenders `{ name, run }`; `run(round)` does a round's work and answers its cost, in seconds a unit of work.
 *   Round −1 warms up and isn't counted. `every`: takes part in each n-th round only (for slow ones).
 * @returns a row each, in order: median cost, and the first one's cost as a share of it, round by round
 */
export async function alternate(contenders, rounds) {
  const costs = new Map(contenders.map(({ name }) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    const order = round % 2 === 0 ? contenders : [...contenders].reverse()
    for (const { name, run, every = 1 } of order) {
      if (round >= 0 && round % every !== 0) {
        costs.get(name).push(null)
        continue
      }
      await new Promise(resolve => setTimeout(resolve, REST_MS))
      const cost = await run(round)
      if (round >= 0) costs.get(name).push(cost)
    }
  }
  const [first] = costs.values()
  return [...costs].map(([name, own]) => {
    const measured = own.filter(cost => cost !== null)
    const ratios = own.flatMap((cost, round) => (cost === null ? [] : [first[round] / cost]))
    const span = [Math.min(...ratios), Math.max(...ratios)]
    return { name, cost: median(measured), ratio: median(ratios), span, rounds: measured.length }
  })
}

/**
 * How often something must be done to fill a round.
 * @param seconds of doing it once
 */
export const repetitions = (seconds, roundSeconds) => Math.max(1, Math.round(roundSeconds / seconds))
