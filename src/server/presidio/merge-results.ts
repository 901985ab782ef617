/** What of an analyzer's results is taken out of a text, by the rules of presidio-anonymizer 2.2.366. */

export interface AnalyzerResult {
  readonly start: number
  readonly end: number
  readonly score: number
  readonly entity_type: string
}

/**
 * Merges results of one type that overlap, drops those that lie in others (of the same place, all but the surest), and
 * joins neighbors of one type with only spaces between them.
 *
 * @param points the text's code points
 * @returns by their starts, then by their ends. Results of different types may still overlap in part
 */
export function mergeResults(points: readonly string[], given: readonly AnalyzerResult[]): AnalyzerResult[] {
  const sorted = [...given].sort(byPlace)
  return joinedNeighbors(points, withoutContained(mergedByType(sorted))).sort(byPlace)
}

function byPlace(a: AnalyzerResult, b: AnalyzerResult): number {
  return a.start - b.start || a.end - b.end
}

/** A merged result takes the position of the last one in it. */
function mergedByType(sorted: readonly AnalyzerResult[]): AnalyzerResult[] {
  const current = new Map<string, { result: AnalyzerResult; position: number }>()
  const kept: { result: AnalyzerResult; position: number }[] = []
  for (const [position, result] of sorted.entries()) {
    const before = current.get(result.entity_type)
    const overlap = before
      ? Math.min(before.result.end, result.end) - Math.max(before.result.start, result.start)
      : 0
    if (before && overlap !== 0 && before.result.end >= result.start) {
      before.result = {
        ...before.result,
        end: Math.max(before.result.end, result.end),
        score: Math.max(before.result.score, result.score),
      }
      before.position = position
      continue
    }
    const own = { result, position }
    kept.push(own)
    current.set(result.entity_type, own)
  }
  return kept.sort((a, b) => a.position - b.position).map(({ result }) => result)
}

function withoutContained(results: readonly AnalyzerResult[]): AnalyzerResult[] {
  const order = results
    .map((_, i) => i)
    .sort((a, b) => results[a].start - results[b].start || results[b].end - results[a].end)
  const dropped = new Set<number>()
  let largestEnd = -1
  for (let i = 0; i < order.length; ) {
    const { start, end } = results[order[i]]
    const group: number[] = []
    for (; i < order.length && results[order[i]].start === start && results[order[i]].end === end; i++)
      group.push(order[i])
    const surest = group.reduce((best, each) => {
      const more = results[each].score - results[best].score
      return more > 0 || (more === 0 && each > best) ? each : best
    })
    for (const each of group) if (largestEnd >= end || each !== surest) dropped.add(each)
    largestEnd = Math.max(largestEnd, end)
  }
  return results.filter((_, i) => !dropped.has(i))
}

function joinedNeighbors(points: readonly string[], results: readonly AnalyzerResult[]): AnalyzerResult[] {
  const joined: AnalyzerResult[] = []
  for (const result of results) {
    const before = joined[joined.length - 1]
    const between = before ? points.slice(before.end, result.start) : []
    if (
      before?.entity_type === result.entity_type &&
      between.length > 0 &&
      between.every(point => point === ' ')
    )
      joined[joined.length - 1] = { ...result, start: before.start }
    else joined.push(result)
  }
  return joined
}
