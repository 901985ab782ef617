import { ANSWER_FIELDS } from '../workflows/pipe/text-record.js'
import { optionError } from './options.js'

/** Checks the fields that answers have too. @throws InputError `cli/options` for one that answers have anyway, or that is named twice */
export function checkKept(keep: readonly string[]): void {
  const taken = keep.find(name => ANSWER_FIELDS.includes(name))
  if (taken !== undefined)
    throw optionError('keep', `other fields than ${ANSWER_FIELDS.join(', ')}, which answers have`, taken)
  const twice = keep.find((name, i) => keep.indexOf(name) !== i)
  if (twice !== undefined) throw optionError('keep', 'each field once', `${JSON.stringify(twice)} twice`)
}
