import { textTableLines } from '../../evaluate/text-table.js'
import { analogyOf } from '../../workflows/node/nearest-words.js'
import type { AddCommand } from '../context.js'
import { wholeNumberOption } from '../options.js'

const EXAMPLE = `
Words are looked up as training does: as they are, then in lower case, then with their digits as 0 or #.

Examples:
  nerite vectors analogy en.nvec man king woman
  nerite vectors analogy en.nvec france paris italy --count 3 --json`

interface Flags {
  readonly count: number
  readonly limit: number
  readonly json?: boolean
}

/** `nerite vectors analogy`: a is to b as c is to what? */
export const addVectorsAnalogy: AddCommand = (family, context) => {
  family
    .command('analogy')
    .description('show what is to a third word as the second is to the first')
    .argument('<vectors>', 'a file of word vectors, a run, or a package')
    .argument('<a>', 'a word')
    .argument('<b>', 'what stands to it in some way')
    .argument('<c>', 'the word for which the same is looked for')
    .addOption(wholeNumberOption('--count <number>', 'answers', 1, 1000).default(5))
    .addOption(
      wholeNumberOption('--limit <number>', 'vectors to look at, from the beginning', 1).default(400_000),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (source: string, a: string, b: string, c: string, { count, limit, json }: Flags) => {
      const found = await analogyOf(source, [a, b, c], { count, limit })
      if (json) {
        context.printJson(found)
        return
      }
      const [first, second, third] = found.forms
      const heading = `${first} : ${second} = ${third} : …`
      const rows = found.answers.map(each => [each.word, each.cosine.toFixed(3)])
      context.print(
        `${textTableLines([{ heading, align: 'left' }, 'cosine'], rows, context.colors).join('\n')}\n`,
      )
    })
}
