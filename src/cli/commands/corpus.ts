import type { AddCommand } from '../main.js'
import { addCorpusCheck } from './corpus-check.js'
import { addCorpusConvert } from './corpus-convert.js'
import { addCorpusSplit } from './corpus-split.js'
import { addCorpusStats } from './corpus-stats.js'

/** The family of verbs about labeled text itself. */
export const addCorpus: AddCommand = (program, context) => {
  const family = program.command('corpus').description('look into, check, convert and split labeled text')
  addCorpusCheck(family, context)
  addCorpusStats(family, context)
  addCorpusConvert(family, context)
  addCorpusSplit(family, context)
}
