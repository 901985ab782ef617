import type { HostileFolder } from './hostile-folder.js'

/** A command that reads a run folder. */
export type HostileCommand = 'predict' | 'compare' | 'resume' | 'report'

/** One thing that a stranger may have done to a run folder. */
export interface HostileCase {
  readonly name: string
  readonly command: HostileCommand
  /** `refused`: nothing else will do. `any`: refused, or the results of the untouched run. */
  readonly expected: 'refused' | 'any'
  readonly change: (folder: HostileFolder) => void
}

export function hostileCase(
  name: string,
  change: HostileCase['change'],
  { command = 'predict', expected = 'refused' }: Partial<Pick<HostileCase, 'command' | 'expected'>> = {},
): HostileCase {
  return { name, command, expected, change }
}
