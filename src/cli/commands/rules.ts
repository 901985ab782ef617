import type { AddCommand } from '../context.js'
import { addRulesCheck } from './rules-check.js'

/** `nerite rules`: the family of verbs for rules files. */
export const addRules: AddCommand = (program, context) => {
  const family = program.command('rules').description('look into rules files')
  addRulesCheck(family, context)
}
