import { combine } from '../../workflows/node/combine.js'
import type { AddCommand } from '../context.js'

const EXAMPLE = `
The file lists parts, which are copied into one model folder:

  conflicts: priority           # or longest, score
  parts:
    - model: runs/a
    - rules: known.yaml
      as: fix                   # find, fix, forbid or suggest

docs/rules.md says what each key means. Instead of a file, names joined by + are parts that find: of what overlaps, that of the
earlier one is kept. pii is pii+en.

Examples:
  nerite combine contracts.yaml --out models/contracts
  nerite combine pii+rules.yaml --out models/pii
  nerite predict models/contracts letter.txt`

/** `nerite combine`: several recognizers as one model. */
export const addCombine: AddCommand = (program, context) => {
  program
    .command('combine')
    .description('make one model of trained taggers and rules')
    .argument('<file>', 'a YAML or JSON file that lists the parts, or models: pii+en')
    .requiredOption('--out <folder>', 'the new model folder')
    .option('--json', 'print one JSON document', false)
    .addHelpText('after', EXAMPLE)
    .action(async (file: string, { out, json }: { readonly out: string; readonly json: boolean }) => {
      const summary = await combine(file, out, context.log)
      if (json) context.printJson(summary)
      else {
        const parts = summary.parts.map(({ name, kind, as }) => `${name} (${kind}, ${as})`)
        context.print(`${out}: ${parts.join(', ')}; conflicts by ${summary.conflicts}\n`)
      }
    })
}
