import type { AddCommand } from '../context.js'
import { addCorpusCheck } from './corpus-check.js'
import { addCorpusConvert } from './corpus-convert.js'
import { addCorpusLabel } from './corpus-label.js'
import { addCorpusSplit } from './corpus-split.js'
import { addCorpusStats } from './corpus-stats.js'

/** `nerite corpus`: the family of verbs for labeled text. */
export const addCorpus: AddCommand = (program, context) => {
  const family = program
    .command('corpus')
    .description('check, describe, convert, split and make labeled text')
  for (const add of [addCorpusCheck, addCorpusStats, addCorpusConvert, addCorpusSplit, addCorpusLabel])
    add(family, context)
}
