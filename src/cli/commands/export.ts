import { formatPercent } from '../../evaluate/format-number.js'
import { exportRounded } from '../../workflows/node/export-rounded.js'
import type { AddCommand } from '../context.js'
import { choiceOption, optionError } from '../options.js'
import { addReadingOptions, type ReadingFlags, toReadOptions } from '../reading-options.js'

const EXAMPLE = `
Tables of vectors, the weights of LSTMs and the linear layers of pretrained encoders are rounded to 8 bits: the model takes
about a quarter of the bytes, tags faster and finds nearly the same. An encoder that is run as the graph of its ONNX file
keeps its layers in floats. F1 is measured on a labeled corpus before and after, and nothing is written if more is lost than
--max-loss. The folder can be loaded like the run, in Node.js and in a page.

Example:
  nerite export runs/a --quantize int8 --corpus dev.conll --out models/a --max-loss 0.2`

interface Flags extends ReadingFlags {
  readonly quantize: string
  readonly corpus: string
  readonly out: string
  readonly maxLoss: number
  readonly json: boolean
}

/** `nerite export`: a run in another form. */
export const addExport: AddCommand = (program, context) => {
  const command = program
    .command('export')
    .description('write a trained tagger in 8 bits, and measure what that costs')
    .argument('<run>', 'a run folder')
    .addOption(
      choiceOption('--quantize <type>', 'what parameters are rounded to', ['int8']).makeOptionMandatory(),
    )
    .requiredOption('--corpus <file>', 'a labeled corpus to measure on, such as the development part')
    .requiredOption('--out <dir>', 'the folder to make')
    .option('--max-loss <points>', 'the most points of F1 that may be lost (of 100)', parsePoints, 0.5)
    .option('--json', 'print one JSON document', false)
  addReadingOptions(command)
    .addHelpText('after', EXAMPLE)
    .action(async (run: string, flags: Flags) => {
      const { out, corpus, maxLoss } = flags
      const reading = toReadOptions(flags, context)
      const found = await exportRounded(run, { out, corpus, maxLoss, reading, onNotice: context.log })
      if (flags.json) {
        context.printJson(found)
        return
      }
      const { bytes, bytesBefore, before, after } = found
      context.print(
        `${out}: ${(bytes / 1e6).toFixed(1)} MB instead of ${(bytesBefore / 1e6).toFixed(1)} MB, F1 ${formatPercent(after)} instead of ${formatPercent(before)}\n`,
      )
    })
}

function parsePoints(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 100) return value
  throw optionError('maxLoss', 'points from 0 to 100', JSON.stringify(text))
}
