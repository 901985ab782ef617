import { InputError, isInputError } from '../base/errors.js'
import { BUILT_IN_NAMES, type BuiltInName, CHECKS, createBuiltIn } from './built-in.js'
import { finderKey, type KnownParts } from './compile-rules.js'
import type { ParsedRules } from './file/check-rules.js'
import type { Finder } from './finder.js'

/**
 * The checks that a rules file may name, and the built-in finders that it does name: some take time to load.
 * @throws InputError for a country that is none
 */
export async function knownParts({ spec, placeOf }: ParsedRules): Promise<KnownParts> {
  const finders = new Map<string, Finder>()
  for (const [i, { use, country }] of spec.rules.entries()) {
    if (!isBuiltIn(use)) continue
    try {
      finders.set(finderKey(use, country), await createBuiltIn([use], { country }))
    } catch (error) {
      if (!isInputError(error)) throw error
      const where = placeOf(['rules', i, 'country'])
      throw new InputError(
        error.code,
        error.faults.map(fault => ({ ...fault, where })),
      )
    }
  }
  return { finders, finderNames: BUILT_IN_NAMES, checks: CHECKS }
}

function isBuiltIn(name: string | undefined): name is BuiltInName {
  return BUILT_IN_NAMES.some(known => known === name)
}
