import { packRun } from '../../run/node/pack-run.js'
import { parseTypeMap } from '../../workflows/type-map.js'
import type { AddCommand } from '../context.js'
import { pairsOption } from '../options.js'

const EXAMPLE = `
The folder can be loaded like the run, in Node.js and in a page. It has no log, metrics or checkpoints, and the model is made
when it is loaded.

Example:
  nerite pack runs/a --out models/a
  nerite pack runs/a --out models/a --half
  nerite pack runs/a --out models/a --coarse PERSON=PER,GPE=LOC,FAC=LOC`

interface Flags {
  readonly out: string
  readonly coarse?: readonly string[]
  readonly half?: boolean
  readonly json?: boolean
}

/** `nerite pack`: the smallest folder that a tagger can be loaded from. */
export const addPack: AddCommand = (program, context) => {
  program
    .command('pack')
    .description('write what tagging needs of a run into a small folder')
    .argument('<run>', 'a run folder')
    .requiredOption('--out <dir>', 'the folder to make')
    .addOption(pairsOption('--coarse <pairs>', 'what types are in a coarse view, for predict --coarse'))
    .option('--half', 'round parameters to 16 bits, in half the bytes')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, flags: Flags) => {
      const coarse = flags.coarse && Object.fromEntries(parseTypeMap(flags.coarse))
      const summary = await packRun(run, flags.out, { coarse, half: flags.half })
      if (flags.json) context.printJson(summary)
      else
        context.print(
          `${flags.out}: ${megabytes(summary.bytes)} instead of ${megabytes(summary.bytesBefore)}\n`,
        )
    })
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
