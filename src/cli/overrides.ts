import { type Fault, InputError } from '../base/errors.js'
import type { Override } from '../config/overrides.js'

export interface SplitArguments {
  readonly operands: readonly string[]
  readonly overrides: readonly Override[]
}

/**
 * Splits what the option parser left over into operands and dotted settings: `--training.epochs 20`,
 * `--training.epochs=20`.
 *
 * @throws InputError for an option without a dot, which is none of the command's own, and for a missing value
 */
export function splitOverrides(rest: readonly string[], known: readonly string[]): SplitArguments {
  const operands: string[] = []
  const overrides: Override[] = []
  const faults: Fault[] = []
  for (let i = 0; i < rest.length; i++) {
    const argument = rest[i]
    if (!argument.startsWith('--')) {
      operands.push(argument)
      continue
    }
    const equals = argument.indexOf('=')
    const path = argument.slice(2, equals < 0 ? undefined : equals)
    if (!path.includes('.')) {
      faults.push({
        where: `--${path}`,
        expected: `one of ${known.join(', ')}, or a setting such as --training.epochs`,
        got: 'an unknown option',
      })
      continue
    }
    const text = equals < 0 ? rest[++i] : argument.slice(equals + 1)
    if (text === undefined) faults.push({ where: `--${path}`, expected: 'a value behind it', got: 'nothing' })
    else overrides.push({ path, text })
  }
  if (faults.length > 0) throw new InputError('cli/options', faults)
  return { operands, overrides }
}
