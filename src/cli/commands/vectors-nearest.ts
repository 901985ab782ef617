import { type Paint, textTableLines } from '../../evaluate/text-table.js'
import { neighborsOf, type WordNeighbors } from '../../workflows/node/nearest-words.js'
import type { AddCommand } from '../context.js'
import { wholeNumberOption } from '../options.js'

const EXAMPLE = `
A word is looked up as training does: as it is, then in lower case, then with its digits as 0 or #.

Examples:
  nerite vectors nearest en.nvec lisbon
  nerite vectors nearest runs/a Mr. 2017 --count 5 --json`

interface Flags {
  readonly count: number
  readonly limit: number
  readonly json?: boolean
}

/** `nerite vectors nearest`: the neighbors of a word. */
export const addVectorsNearest: AddCommand = (family, context) => {
  family
    .command('nearest')
    .description('show the words whose vectors have the largest cosine with that of a word')
    .argument('<vectors>', 'a file of word vectors, a run, or a package')
    .argument('<words...>', 'words to look up')
    .addOption(wholeNumberOption('--count <number>', 'neighbors of each word', 1, 1000).default(10))
    .addOption(
      wholeNumberOption('--limit <number>', 'vectors to look at, from the beginning', 1).default(400_000),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (source: string, words: readonly string[], { count, limit, json }: Flags) => {
      const found = await neighborsOf(source, words, { count, limit })
      if (json) context.printJson(found)
      else context.print(`${found.map(each => formatNeighbors(each, context.colors)).join('\n\n')}\n`)
    })
}

function formatNeighbors({ word, form, neighbors }: WordNeighbors, paint: Paint): string {
  const heading = form === word ? word : `${word} (as ${form})`
  const rows = neighbors.map(each => [each.word, each.cosine.toFixed(3)])
  return textTableLines([{ heading, align: 'left' }, 'cosine'], rows, paint).join('\n')
}
