/** The four parts of a message about bad input: where it is, what was expected, what was found, what to do. */
export interface Fault {
  /** `file:line`, a config path such as `training.epochs`, or an option such as `--out`. */
  readonly where: string
  readonly expected: string
  readonly got: string
  /** What the user can do about it; a full sentence or an imperative. */
  readonly remedy?: string
}

/** Formats a fault as one line: `where: expected X, got Y; remedy`. */
export function formatFault(fault: Fault): string {
  const remedy = fault.remedy ? `; ${fault.remedy}` : ''
  return `${fault.where}: expected ${fault.expected}, got ${fault.got}${remedy}`
}

/**
 * The user's input is at fault (arguments, config, corpus, model file): exit code 2, message only, no stack.
 * Layers derive their own small class from it, with a stable `code`.
 *
 * @example
 * throw new InputError('corpus/columns', { where: 'a.conll:3', expected: '4 columns', got: '2' })
 */
export class InputError extends Error {
  override readonly name: string = 'InputError'
  readonly faults: readonly Fault[]

  constructor(
    readonly code: string,
    faults: Fault | readonly Fault[],
  ) {
    const list = Array.isArray(faults) ? (faults as readonly Fault[]) : [faults as Fault]
    super(list.map(formatFault).join('\n'))
    this.faults = list
  }
}

/** Whether an error is the user's to mend (exit code 2) and not a bug or the machine's failure (exit code 1). */
export function isInputError(error: unknown): error is InputError {
  return error instanceof InputError
}
