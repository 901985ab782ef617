import { type Fault, formatFault, type Spelling } from './fault.js'

export type { Fault } from './fault.js'

/**
 * Something is wrong with the user's input (arguments, configuration, corpus, model file): exit code 2, and a message
 * without a stack. Each room has its own subclass with stable codes. `message` uses the options' names in the API,
 * `explain` any other spelling.
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

/** Whether the user can fix an error (exit code 2), so that it is not a bug or a failure of the machine (exit code 1). */
export function isInputError(error: unknown): error is InputError {
  return error instanceof InputError
}
