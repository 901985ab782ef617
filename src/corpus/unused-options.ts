import type { Format } from './format.js'
import type { ReadOptions } from './read-options.js'

/** Options that only some formats have a use for, by the names of the command line. */
const OPTIONS: readonly (readonly [option: keyof ReadOptions, flag: string, formats: readonly Format[]])[] = [
  ['tagColumn', '--tag-column', ['conll', 'csv']],
  ['tokenColumn', '--token-column', ['conll', 'csv']],
  ['sentenceColumn', '--sentence-column', ['csv']],
  ['delimiter', '--delimiter', ['conll', 'csv']],
  ['offsets', '--offsets', ['jsonl']],
]

/** The flags of options that are given and that a format does not look at. */
export function unusedOptions(format: Format, options: ReadOptions): string[] {
  return OPTIONS.filter(([option, , formats]) => {
    // Words only is a choice in every format.
    if (option === 'tagColumn' && options.tagColumn === 'none') return false
    return options[option] !== undefined && !formats.includes(format)
  }).map(([, flag]) => flag)
}
