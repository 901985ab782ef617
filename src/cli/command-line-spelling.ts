import { basename, relative, sep } from 'node:path'
import { type Spelling, setting, verb } from '../base/fault.js'

/**
 * References as they are typed: option `tagColumn` is `--tag-column`, setting `training.epochs` is `--training.epochs`,
 * verb `corpus check` is `nerite corpus check`. The shares of a split are three options.
 */
export const commandLineSpelling: Spelling = reference => {
  if ('verb' in reference) {
    const options = (reference.options ?? []).map(commandLineSpelling)
    return [commandName(), reference.verb, ...(reference.operands ?? []), ...options].join(' ')
  }
  if ('option' in reference && reference.option === 'shares') return '--train, --dev, --test'
  const name = 'option' in reference ? kebab(reference.option) : reference.setting
  return reference.value === undefined ? `--${name}` : `--${name} ${reference.value}`
}

/** Options of the readers that are settings where a model is trained. */
const SETTINGS: Readonly<Record<string, string>> = {
  format: 'corpus.format',
  encoding: 'corpus.encoding',
  tagColumn: 'corpus.tagColumn',
  tokenColumn: 'corpus.tokenColumn',
}
/** Options of the readers that training doesn't have: convert the corpus with them first. */
const CONVERTING: readonly string[] = ['sentenceColumn', 'delimiter', 'offsets']

/** In `train`, which reads its corpora as the configuration says. */
export const trainingSpelling: Spelling = reference => {
  if (!('option' in reference)) return commandLineSpelling(reference)
  const { option, value } = reference
  if (Object.hasOwn(SETTINGS, option)) return commandLineSpelling(setting(SETTINGS[option], value))
  return commandLineSpelling(
    CONVERTING.includes(option) ? verb('corpus convert', [], [reference]) : reference,
  )
}

/** How messages of a command line that starts with this verb are spelled. */
export function spellingOf(verbName: string | undefined): Spelling {
  return verbName === 'train' ? trainingSpelling : commandLineSpelling
}

/** How this command line was called: `nerite` if it is installed, `node bin/nerite.js` in the repository. */
export function commandName(script = process.argv[1] ?? '', folder = process.cwd()): string {
  const isInRepository = basename(script) === 'nerite.js' && !script.split(sep).includes('node_modules')
  return isInRepository ? `node ${relative(folder, script)}` : 'nerite'
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}
