import type { Sentence } from '../../corpus/sentence.js'
import { textEntities, textOf } from '../../corpus/sentence-text.js'
import { SourceTally } from '../../evaluate/source-tally.js'
import { hasParts, type PartSpan } from '../../recognize/parts-found.js'
import type { TokenTagger } from '../../recognize/predict-corpus.js'
import type { Recognizer } from '../../recognize/recognizer.js'
import { mapTypes, type TypeMap } from '../../tags/type-map.js'

/**
 * A recognizer that notes, while it tags labeled sentences, what its parts found and lost. What is kept is added to the tally by
 * the caller, who knows the tokens that it is scored on.
 *
 * @param map types that count as others
 */
export function countedParts(
  recognizer: Recognizer,
  map: TypeMap = new Map(),
): { readonly tagger: TokenTagger<Sentence>; readonly tally: SourceTally } {
  if (!hasParts(recognizer)) return { tagger: recognizer, tally: new SourceTally() }
  const { parts } = recognizer
  const mapped = parts.map(({ name, types }) => ({ name, types: types.map(type => map.get(type) ?? type) }))
  const tally = new SourceTally(mapped)
  return {
    tally,
    tagger: {
      info: recognizer.info,
      tagTokens: async sentences => {
        const found = await recognizer.decodeParts(sentences)
        found.forEach(({ beaten }, i) => {
          if (beaten.length === 0) return
          // A corpus of text says where in a token an entity begins.
          const text = textOf(sentences[i])
          const find = ({ start, end, type, part }: PartSpan) => ({
            start: text.offsets[start].start,
            end: text.offsets[end - 1].end,
            type: map.get(type) ?? type,
            source: parts[part].name,
          })
          tally.addLost(
            mapTypes(textEntities(sentences[i], text), map),
            beaten.map(({ range, by }) => ({ range: find(range), by: find(by) })),
          )
        })
        return found.map(({ decoded }) => decoded)
      },
    },
  }
}
