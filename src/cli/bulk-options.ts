/** The options of `nerite predict --in … --out …`. */
import { type Message, option, say } from '../base/fault.js'
import { checkKept } from './kept-fields.js'
import { optionError } from './options.js'

export interface BulkFlags {
  readonly in?: readonly string[]
  readonly out?: string
  readonly workers?: number
  readonly textField?: string
  readonly idField?: string
  readonly keep?: readonly string[]
  readonly force: boolean
  readonly scores: boolean
  readonly to?: string
  readonly minScore: number
}

/** Options that only go with `--in`, by their names in the API. */
const BULK_ONLY = ['out', 'workers', 'textField', 'idField', 'keep', 'force'] as const

const NEVER_IN_BULK = [
  'text',
  'tokens',
  'whole',
  'nBest',
  'format',
  'tokenColumn',
  'scheme',
  'threads',
] as const

const REMEDIES: ReadonlyMap<string, Message> = new Map([
  ['text', say`leave out ${option('in')}: it names files`],
  ['format', say`files are read by their kind; what is written is chosen with ${option('to')}`],
  ['threads', say`${option('workers')} says how many threads tag`],
  ['whole', 'each .txt and .md is one text already'],
])

function isGiven(flags: object, name: string): boolean {
  const value = (flags as Readonly<Record<string, unknown>>)[name]
  return value !== undefined && value !== false
}

/** Whether files are tagged in bulk. @throws InputError `cli/options` for what goes only with it, or never */
export function isBulk(flags: BulkFlags & object, files: readonly string[]): boolean {
  if (flags.in === undefined) {
    const needless = BULK_ONLY.find(name => isGiven(flags, name))
    if (needless) throw optionError(needless, say`${option('in')} with it`, 'none')
    if (!flags.scores) throw optionError('noScores', say`${option('in')} with it`, 'none')
    return false
  }
  if (flags.out === undefined) throw optionError('in', say`${option('out')} with it`, 'none')
  if (files.length > 0) throw optionError('in', 'no other files', JSON.stringify(files[0]))
  const other = NEVER_IN_BULK.find(name => isGiven(flags, name))
  if (other) throw optionError(other, say`no ${option('in')} with it`, 'both', REMEDIES.get(other))
  if (flags.to !== undefined && flags.to !== 'jsonl' && flags.to !== 'parquet')
    throw optionError('to', say`jsonl or parquet with ${option('in')}`, flags.to)
  if (!flags.scores && flags.minScore > 0)
    throw optionError('minScore', say`no ${option('noScores')} with it`, `${flags.minScore}`)
  checkKept(flags.keep ?? [])
  return true
}
