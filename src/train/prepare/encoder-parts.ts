import { poolingOf } from '../../model/inputs/pooling.js'
import type { TaggerInputs } from '../../model/inputs/unit-table.js'
import { longestSequence } from '../../model/pretrained/architecture.js'
import type { TaggedSentence } from '../step/gold-tensors.js'
import { sliceSoft } from '../step/soft-labels.js'

/**
 * Cuts a training sentence that has more pieces than its pretrained encoder has positions: into parts of whole tokens, each
 * with the special pieces around it. Entities stay whole where that is possible: a part ends before a token outside of them.
 * A token that has more pieces than that by itself is learned from as many as fit: those that stand for it, and what is
 * next to them.
 *
 * @returns the sentence alone where it fits
 */
export function encoderParts(
  sentence: TaggedSentence,
  { pretrained, units }: TaggerInputs,
): TaggedSentence[] {
  const { unitIds, units: sequence } = sentence
  if (!pretrained || !sequence) return [sentence]
  const longest = longestSequence(pretrained.architecture)
  if (unitIds.length <= longest) return [sentence]
  const { before, after } = units.around ?? { before: 0, after: 0 }
  const room = longest - before - after
  const { starts, ends, texts } = sequence
  const parts: TaggedSentence[] = []
  for (let from = 0; from < sentence.tokens; ) {
    let to = from + 1
    while (to < sentence.tokens && ends[to] - starts[from] <= room) to++
    if (to < sentence.tokens) {
      let outside = to
      while (outside > from && sentence.tags[outside] !== OUTSIDE) outside--
      if (outside > from) to = outside
    }
    const isLast = poolingOf({ pretrained }) === 'last'
    const first = isLast ? Math.max(starts[from], ends[to - 1] - room) : starts[from]
    const last = Math.min(ends[to - 1], first + room)
    const own = (length: number) => [
      ...Array.from({ length: before }, (_, i) => i),
      ...Array.from({ length: last - first }, (_, i) => first + i),
      ...Array.from({ length: after }, (_, i) => length - after + i),
    ]
    const shift = first - before
    parts.push({
      ...sentence,
      unitIds: Int32Array.from(own(unitIds.length), i => unitIds[i]),
      units: {
        texts: own(texts.length).map(i => texts[i]),
        starts: starts.slice(from, to).map(start => Math.max(start, first) - shift),
        ends: ends.slice(from, to).map(end => Math.min(end, last) - shift),
      },
      tokens: to - from,
      tags: sentence.tags.slice(from, to),
      ...(sentence.soft && { soft: sliceSoft(sentence.soft, from, to) }),
      ...(sentence.allowed && { allowed: sentence.allowed.slice(from, to) }),
    })
    from = to
  }
  return parts
}

/** The id of `O`. */
const OUTSIDE = 0
