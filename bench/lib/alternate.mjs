// Contenders take turns in one run, so that a busy or warm machine affects all of them alike.

/** Threads of the previous contender may spin for a while (OpenMP: 0.2 s); they must not slow down the next one. */
const REST_MS = 250

export const median = list => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]

/**
 * @param contenders `{ name, run }`; `run(round)` does the work of a round and returns its cost, in seconds per unit of work.
 *   Round −1 warms up and isn't counted. `every`: takes part only in every n-th round (for slow contenders).
 * @returns one row per contender, in order: its median cost, and the median and range of the first contender's cost divided by its own
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
 * How many repetitions fill a round.
 * @param seconds of one repetition
 */
export const repetitions = (seconds, roundSeconds) => Math.max(1, Math.round(roundSeconds / seconds))
