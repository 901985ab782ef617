import { InputError } from '../../base/errors.js'
import { parseTag } from '../../tags/scheme.js'
import type { LabeledCorpus } from './corpora.js'

/** The one name that no JSON file of a run can hold: whatever reads it takes it for something else. */
const NO_NAME = '__proto__'

/** @throws InputError `train/type-name` for a corpus with an entity type that a run cannot keep scores of */
export function checkTypeNames(corpora: readonly (LabeledCorpus | null)[]): void {
  for (const corpus of corpora) {
    const hasIt = corpus?.sentences.some(
      ({ tags, entities = [] }) =>
        tags.some(tag => parseTag(tag).type === NO_NAME) || entities.some(({ type }) => type === NO_NAME),
    )
    if (corpus && hasIt)
      throw new InputError('train/type-name', {
        where: corpus.path,
        expected: 'entity types with plain names',
        got: JSON.stringify(NO_NAME),
        remedy: 'rename the type',
      })
  }
}
