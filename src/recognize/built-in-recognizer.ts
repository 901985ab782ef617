import { type BuiltInName, type BuiltInOptions, createBuiltIn } from '../rules/built-in.js'
import type { TypeMap } from '../tags/type-map.js'
import { checkOptionNames } from './arguments.js'
import { FinderRecognizer } from './finder-recognizer.js'

const NET: readonly BuiltInName[] = ['email', 'url', 'ip']

/** The models that need no files, with the finders that they are made of. */
export const BUILT_IN_MODELS = {
  pii: [...NET, 'phone', 'card', 'iban', 'national-id'],
  numbers: ['date', 'time', 'money', 'percent', 'quantity', ...NET],
} as const satisfies Readonly<Record<string, readonly BuiltInName[]>>

export type BuiltInModel = keyof typeof BUILT_IN_MODELS

export function isBuiltInModel(name: string): name is BuiltInModel {
  return Object.hasOwn(BUILT_IN_MODELS, name)
}

/**
 * A recognizer of built-in rules: `pii` finds personal data, `numbers` dates, times, amounts and addresses of the net. It needs
 * no files, and runs in a browser. In the coarse view, the ids of all states are `NATIONAL_ID`.
 *
 * @throws InputError `rules/country` for a country that is none
 * @example
 * await using pii = await builtInRecognizer('pii')
 * await pii.tag('Write to ada@example.com.') // one EMAIL, from 9 to 24
 */
export async function builtInRecognizer(
  name: BuiltInModel,
  options: BuiltInOptions = {},
): Promise<FinderRecognizer> {
  checkOptionNames(options, ['country'])
  const finder = await createBuiltIn(BUILT_IN_MODELS[name], options)
  const coarse: TypeMap = new Map(
    finder.types.map(type => [type, /^[A-Z]{2}_/.test(type) ? 'NATIONAL_ID' : type]),
  )
  return new FinderRecognizer(finder, coarse)
}
