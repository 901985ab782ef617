/** Inputs that look up whether a token stands in a name of a list: a table of three rows for each list. */
import { isRecord, isStrings } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { createGazetteer, type GazetteerList } from '../../encode/gazetteer.js'
import type { InputKind, InputSettings } from './input-block.js'
import { tableInput } from './table.js'

/** In id order; id 0 is padding. The space between two tokens counts as `O`. */
const TAGS: readonly string[] = ['O', 'B', 'I']

/** The lists are given, not learned: they are saved with the model, so that nothing else is needed to tag. */
export const GAZETTEERS: InputKind<InputSettings<'gazetteers'>, readonly GazetteerList[]> = {
  collect: (_, { gazetteers }) => gazetteers,
  // The model has its own lists.
  extend: (_, lists) => lists,
  parse: (settings, json, where) => {
    if (Array.isArray(json) && json.length === settings.length && json.every(isGazetteerList)) return json
    throw new ModelFileError({
      where,
      expected: `${settings.length} lists of names, as in the configuration`,
      got: 'something else',
    })
  },
  create: (settings, lists, resources) =>
    settings.map(({ dim }, i) => {
      const gazetteer = createGazetteer(lists[i], resources?.tokenizer)
      return tableInput({
        name: `input.gazetteer.${gazetteer.name}`,
        dim,
        size: TAGS.length + 1,
        valuesOf: ({ tokens }) => gazetteer.tagsOf(tokens),
        idOf: (_, value) => 1 + Math.max(0, TAGS.indexOf(value)),
      })
    }),
}

function isGazetteerList(value: unknown): value is GazetteerList {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.ignoreCase === 'boolean' &&
    isStrings(value.entries)
  )
}
