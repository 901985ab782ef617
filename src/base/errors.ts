import { type Fault, formatFault, type Spelling } from './fault.js'

export type { Fault } from './fault.js'

/**
 * The user's input is at fault (arguments, configuration, corpus, model file): exit code 2, message only, no stack.
 * Each room derives its own small class from it, with stable codes. `message` calls options by their names in the API;
 * `explain` with an edge's own spelling.
 *
 * @example
 * throw new InputError('corpus/columns', { where: { file: 'a.conll', line: 3 }, expected: '4 columns', got: '2' })
 */
export class InputError extends Error {
  override readonly name: string = 'InputError'
  readonly faults: readonly Fault[]

  constructor(
    readonly code: string,
    faults: Fault | readonly Fault[],
  ) {
    const list = Array.isArray(faults) ? (faults as readonly Fault[]) : [faults as Fault]
    super(list.map(fault => formatFault(fault)).join('\n'))
    this.faults = list
  }

  /** One line per fault, with references spelled as a command line or a form spells them. */
  explain(spell: Spelling): readonly string[] {
    return this.faults.map(fault => formatFault(fault, spell))
  }
}

/** Whether an error is the user's to fix (exit code 2) and not a bug or the machine's failure (exit code 1). */
export function isInputError(error: unknown): error is InputError {
  return error instanceof InputError
}
