import { existsSync } from 'node:fs'
import { InputError } from '../../base/errors.js'
import { checkOutput, writeOutput } from '../../base/node/output-file.js'
import { PRESET_NAMES, PRESETS } from '../../config/presets.js'
import { resolveConfig } from '../../config/resolve.js'
import { commandName } from '../command-name.js'
import { CONFIG_FILE } from '../config-file.js'
import type { AddCommand } from '../main.js'

interface InitOptions {
  readonly preset: string
  readonly out: string
  readonly force: boolean
}

/** `nerite init`: writes a configuration file with every setting of a preset in it. */
export const addInit: AddCommand = (program, { log }) => {
  const longest = Math.max(...PRESET_NAMES.map(name => name.length))
  const presets = PRESETS.map(({ name, summary }) => `  ${name.padEnd(longest)} ${summary}`).join('\n')
  program
    .command('init')
    .description('write a configuration file from a preset')
    .option('--preset <name>', 'the recipe to start from', 'bilstm-crf')
    .option('--out <file>', 'where to write it', CONFIG_FILE)
    .option('--force', 'replace the file if it is there', false)
    .addHelpText('after', `\nPresets:\n${presets}\n\nExample:\n  nerite init --preset bilstm-crf`)
    .action(({ preset, out, force }: InitOptions) => {
      const config = resolveConfig({ preset })
      checkPlace(out, force)
      writeOutput(out, `${JSON.stringify(config, null, 2)}\n`)
      log(`wrote ${out} (preset ${preset})`)
      log(
        `next: set corpus.train and corpus.dev in it, then "${commandName()} train ${out} --out runs/first"`,
      )
    })
}

function checkPlace(out: string, force: boolean): void {
  checkOutput(out)
  if (existsSync(out) && !force)
    throw new InputError('cli/exists', {
      where: out,
      expected: 'a file that is not there yet',
      got: 'one that is',
      remedy: 'give another --out, or --force to replace it',
    })
}
