import { type ImportSummary, importCheckpoint } from '../../run/node/import-checkpoint.js'
import { parseScheme } from '../../tags/scheme.js'
import type { AddCommand } from '../context.js'

const EXAMPLE = `
The folder is one that somebody fine-tuned for names with Hugging Face's transformers: config.json with the names of its
labels, model.safetensors or an ONNX file, and tokenizer.json. See docs/pretrained.md for the encoders that are known.

Example:
  nerite import downloads/bert-base-NER --out models/bert
  nerite predict models/bert --text "Ada Lovelace wrote from London."`

interface Flags {
  readonly out: string
  readonly scheme?: string
  readonly file?: string
  readonly json?: boolean
}

/** `nerite import`: a run made of a checkpoint that another program trained. */
export const addImport: AddCommand = (program, context) => {
  program
    .command('import')
    .description('make a run of a token-classification checkpoint that another program trained')
    .argument('<folder>', 'a folder as Hugging Face lays it out')
    .requiredOption('--out <dir>', 'the folder to make')
    .option('--scheme <name>', 'scheme of its labels (IOB1, BIO, …); default: what they show')
    .option('--file <name>', 'the ONNX file of the folder to read, such as onnx/model_quantized.onnx')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLE)
    .action(async (folder: string, flags: Flags) => {
      // One that no tagger has is refused with its settings.
      const scheme =
        flags.scheme === undefined ? undefined : (parseScheme(flags.scheme) as ImportSummary['scheme'])
      const summary = await importCheckpoint(folder, flags.out, { scheme, file: flags.file })
      if (flags.json) context.printJson(summary)
      else {
        const { types, leftOut, bytes } = summary
        const lines = [
          `${flags.out}: ${types.join(', ')} in ${summary.scheme}, ${(bytes / 1e6).toFixed(1)} MB`,
          `${folder}/${summary.file}: ${summary.isGraph ? 'run as its graph says' : 'built from layers'}`,
          ...(leftOut.length > 0 ? [`left out, since they are no tags: ${leftOut.join(', ')}`] : []),
        ]
        context.print(`${lines.join('\n')}\n`)
      }
    })
}
