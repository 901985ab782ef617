import type { Random } from '../../base/random.js'

/** Counts of sentences that must stay together. */
export interface SplitGroup {
  readonly sentences: number
  /** Entities by type. */
  readonly types: ReadonlyMap<string, number>
}

/**
 * Assigns groups to parts so that every part gets its share of each type and of sentences: iterative stratification
 * (Sechidis, Tsoumakas & Vlahavas 2011) over groups. Types go from the rarest to the most frequent. A group with the
 * current type goes to the part that still needs most of it. Large groups go first, equal ones in random order.
 * @param shares of each part, as fractions that add up to 1
 * @returns the index of each group's part
 */
export function assignGroups(
  groups: readonly SplitGroup[],
  shares: readonly number[],
  random: Random,
): number[] {
  const order = random
    .shuffle(groups.map((_, i) => i))
    .sort((a, b) => groups[b].sentences - groups[a].sentences)
  const totals = countTypes(groups)
  const rarestFirst = [...totals].sort((a, b) => a[1] - b[1]).map(([type]) => type)
  const wantedSentences = shares.map(share => share * groups.reduce((sum, group) => sum + group.sentences, 0))
  const wanted = new Map([...totals].map(([type, count]) => [type, shares.map(share => share * count)]))
  const part = new Array<number>(groups.length).fill(-1)

  const place = (group: number, wishes: readonly number[]) => {
    const best = mostWanted(wishes, wantedSentences, shares)
    part[group] = best
    wantedSentences[best] -= groups[group].sentences
    for (const [type, count] of groups[group].types) {
      const left = wanted.get(type)
      if (left) left[best] -= count
    }
  }
  for (const type of rarestFirst)
    for (const group of order)
      if (part[group] < 0 && groups[group].types.has(type)) place(group, wanted.get(type) ?? wantedSentences)
  for (const group of order) if (part[group] < 0) place(group, wantedSentences)
  return part
}

function countTypes(groups: readonly SplitGroup[]): Map<string, number> {
  const totals = new Map<string, number>()
  for (const { types } of groups)
    for (const [type, count] of types) totals.set(type, (totals.get(type) ?? 0) + count)
  return totals
}

/** The part that needs most, or of equal ones the part that needs most sentences. Parts without a share get nothing. */
function mostWanted(
  wishes: readonly number[],
  sentences: readonly number[],
  shares: readonly number[],
): number {
  let best = -1
  for (const [i, share] of shares.entries()) {
    if (share === 0) continue
    if (
      best < 0 ||
      wishes[i] > wishes[best] + 1e-9 ||
      (Math.abs(wishes[i] - wishes[best]) <= 1e-9 && sentences[i] > sentences[best])
    )
      best = i
  }
  return best
}
