import { projectEntities, taggedText } from '../corpus/project-entities.js'
import type { Sentence } from '../corpus/sentence.js'
import type { Label } from './label.js'
import { type LabelDocument, overlaps } from './label-document.js'

/**
 * A labeled document as a sentence of a corpus. A partial label says nothing of what was not read, and a label that was
 * made before the project had all of its types says nothing of the later ones.
 * @param types all types of the project
 */
export function toSentence(document: LabelDocument, label: Label, types: readonly string[]): Sentence {
  const { text, offsets, number, name } = document
  const sentence = taggedText(text, offsets, projectEntities(label.entities, offsets))
  const isMissing = types.some(type => !label.types.includes(type))
  const isPartial = label.state === 'partial'
  const annotated = {
    ...(isMissing && { types: types.filter(type => label.types.includes(type)) }),
    ...(isPartial && {
      tokens: offsets.map(
        token => token.end <= label.readTo || label.entities.some(entity => overlaps(entity, token)),
      ),
    }),
  }
  return {
    ...sentence,
    ...((isMissing || isPartial) && { annotated }),
    ...(name !== undefined && { document: number, documentName: name }),
    lines: [number + 1],
  }
}
