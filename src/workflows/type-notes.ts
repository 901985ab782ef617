/** Types that only one of a tagger and a corpus has: their scores say nothing of how well it was tagged. */
import { byCodePoint } from '../base/code-point-order.js'
import { type Note, option, say, verb } from '../base/fault.js'
import { plural } from '../base/plural.js'
import type { SentenceCounts } from '../evaluate/sentence-counts.js'

/**
 * @param path the corpus
 * @param types what was counted of each, after types were mapped
 * @param known the tagger's types, mapped too
 * @param tagger what to call it
 */
export function typeNotes(
  path: string,
  types: Readonly<Record<string, Pick<SentenceCounts, 'gold' | 'predicted'>>>,
  known: ReadonlySet<string>,
  tagger = 'the tagger',
): Note[] {
  const counted = Object.entries(types).sort(([a], [b]) => byCodePoint(a, b))
  const unknown = counted.filter(([type, { gold }]) => gold > 0 && !known.has(type))
  const unmarked = counted.filter(([, { gold, predicted }]) => gold === 0 && predicted > 0)
  const notes: Note[] = []
  if (unknown.length > 0) {
    const count = sumOf(unknown.map(([, { gold }]) => gold))
    notes.push({
      code: 'unseen-type',
      where: path,
      message: say`${tagger} does not have its ${listed(unknown)}, so it misses ${entities(count)}; ${verb('evaluate')} has ${option('map')} for types that mean the same`,
    })
  }
  if (unmarked.length > 0) {
    const count = sumOf(unmarked.map(([, { predicted }]) => predicted))
    notes.push({
      code: 'unmarked-type',
      where: path,
      message: say`it has no entity of the ${listed(unmarked)}, and what ${tagger} finds of ${unmarked.length === 1 ? 'it' : 'them'} (${entities(count)}) counts as wrong; ${verb('evaluate')} has ${option('map')} to rename a type, or to leave it out (TYPE=O)`,
    })
  }
  return notes
}

function listed(types: readonly (readonly [string, unknown])[]): string {
  return `${plural(types.length, 'type')} ${types.map(([type]) => type).join(', ')}`
}

function entities(count: number): string {
  return `${count} ${count === 1 ? 'entity' : 'entities'}`
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
