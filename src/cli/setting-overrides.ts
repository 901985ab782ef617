import { InputError } from '../base/errors.js'
import { type Fault, option, say, setting } from '../base/fault.js'
import { nearest } from '../base/nearest.js'
import type { Override } from '../config/overrides.js'
import { SECTION_NAMES } from '../config/schema.js'

/**
 * Splits what the option parser left over into operands and settings: `--training.epochs 20`, `--training.epochs=20`,
 * `--decoder softmax`.
 * @param names of the command's own options
 * @throws InputError `cli/options` for an unknown option that is no section of the configuration, and for a missing value
 */
export function splitOverrides(
  rest: readonly string[],
  names: readonly string[],
): {
  readonly operands: readonly string[]
  readonly overrides: readonly Override[]
} {
  const operands: string[] = []
  const overrides: Override[] = []
  const faults: Fault[] = []
  for (let i = 0; i < rest.length; i++) {
    if (!rest[i].startsWith('--')) {
      operands.push(rest[i])
      continue
    }
    const [, path, given] = /^--([^=]*)(?:=(.*))?$/s.exec(rest[i]) ?? []
    if (path.includes('.') || SECTION_NAMES.includes(path)) {
      const text = given ?? rest[++i]
      if (text === undefined)
        faults.push({ where: setting(path), expected: 'a value after it', got: 'nothing' })
      else overrides.push({ path, text })
      continue
    }
    const known = names.map(name => `--${name}`).join(', ')
    const close = nearest(path, [...names, ...SECTION_NAMES])
    faults.push({
      where: option(path),
      expected: say`one of ${known}, or a setting such as ${setting('training.epochs')}`,
      got: 'an unknown option',
      ...(close !== undefined && { remedy: say`did you mean ${option(close)}?` }),
    })
  }
  if (faults.length > 0) throw new InputError('cli/options', faults)
  return { operands, overrides }
}
