import { basename, relative, sep } from 'node:path'
import type { Spelling } from '../base/fault.js'

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

/** How this command line was called: `nerite` if it is installed, `node bin/nerite.js` in the repository. */
export function commandName(script = process.argv[1] ?? '', folder = process.cwd()): string {
  const isInRepository = basename(script) === 'nerite.js' && !script.split(sep).includes('node_modules')
  return isInRepository ? `node ${relative(folder, script)}` : 'nerite'
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
}
