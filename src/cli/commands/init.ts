import { existsSync } from 'node:fs'
import { option, say, verb } from '../../base/fault.js'
import { checkOutput, writeOutput } from '../../base/node/output-file.js'
import { ENCODER_PRESETS } from '../../config/encoder-presets.js'
import { PRESET_NAMES, PRESETS } from '../../config/presets.js'
import { resolveAnyConfig } from '../../config/resolve.js'
import { CONFIG_FILE } from '../../workflows/node/config-file.js'
import type { AddCommand } from '../context.js'
import { argumentError } from '../options.js'

interface InitOptions {
  readonly preset: string
  readonly out: string
  readonly force: boolean
  readonly pretrained?: string
}

/** `nerite init`: writes a configuration file with every setting of a preset in it. */
export const addInit: AddCommand = (program, { log, spelled }) => {
  const longest = Math.max(...PRESET_NAMES.map(name => name.length))
  const presets = PRESETS.map(({ name, summary }) => `  ${name.padEnd(longest)} ${summary}`).join('\n')
  program
    .command('init')
    .description('write a configuration file from a preset')
    .option('--preset <name>', 'the recipe to start from', 'bilstm-crf')
    .option('--out <file>', 'where to write it', CONFIG_FILE)
    .option('--pretrained <folder>', 'the pretrained encoder, for presets that fine-tune one')
    .option('--force', 'replace the file if it exists', false)
    .addHelpText(
      'after',
      `\nPresets:\n${presets}\n\nExample:\n  nerite init --preset bilstm-crf
  nerite init --preset encoder-softmax --pretrained models/e5-small`,
    )
    .action(({ preset, out, force, pretrained }: InitOptions) => {
      if (pretrained === undefined && ENCODER_PRESETS.some(({ name }) => name === preset))
        throw argumentError(
          option('pretrained'),
          `the folder of an encoder, for the preset ${preset}`,
          'none',
        )
      const file = pretrained === undefined ? {} : { pretrained: { folder: pretrained } }
      const config = resolveAnyConfig({ preset, file })
      checkOutput(out)
      if (existsSync(out) && !force)
        throw argumentError(
          out,
          'a file that does not exist yet',
          'one that does',
          say`choose another ${option('out')}, or pass ${option('force')} to replace it`,
        )
      writeOutput(out, `${JSON.stringify(config, null, 2)}\n`)
      log(`wrote ${out} (preset ${preset})`)
      const next = verb('train', [out], [option('out', 'runs/first')])
      log(spelled(say`next: set corpus.train and corpus.dev in it, then run ${next}`))
    })
}
