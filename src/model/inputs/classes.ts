/** Inputs that look up the class of a word: a table for each length of the beginnings of the classes' paths. */
import { byCodePoint } from '../../base/code-point-order.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { classLookup, isWordClassList, type WordClassList } from '../../encode/word-classes.js'
import type { InputKind, InputSettings } from './input-block.js'
import { tableInput } from './table.js'

/** The lists are given, not learned: they are saved with the model, so that nothing else is needed to tag. */
export const CLASSES: InputKind<InputSettings<'classes'>, readonly WordClassList[]> = {
  collect: (_, { classes }) => classes,
  // The model has its own lists.
  extend: (_, lists) => lists,
  parse: (settings, json, where) => {
    if (Array.isArray(json) && json.length === settings.length && json.every(isWordClassList)) return json
    throw new ModelFileError({
      where,
      expected: `${settings.length} lists of word classes, as in the configuration`,
      got: 'something else',
    })
  },
  create: (settings, lists) =>
    settings.flatMap(({ dim, lengths }, i) => {
      const { name, classes } = lists[i]
      const pathOf = classLookup(lists[i])
      return lengths.map(length => {
        const all = classes.map(({ path }) => path.slice(0, length)).filter(path => path !== '')
        const beginnings = [...new Set(all)].sort(byCodePoint)
        // Id 0 is padding, and 1 stands for words without a class.
        const ids = new Map(beginnings.map((path, at) => [path, at + 2]))
        return tableInput({
          name: `input.class.${name}.${length}`,
          dim,
          size: beginnings.length + 2,
          valuesOf: ({ tokens }) => tokens.map(token => pathOf(token)?.slice(0, length) ?? ''),
          idOf: (_, path) => ids.get(path) ?? 1,
        })
      })
    }),
}
