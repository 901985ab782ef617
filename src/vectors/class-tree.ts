/** Which two groups became one: `b` went into `a`. The groups are numbered from 0. */
export interface Merge {
  readonly a: number
  readonly b: number
}

/**
 * The path of each group from the root of the tree that merges make, as bits: groups that became one late differ early.
 * @param merges one fewer than there are groups, in the order in which they happened
 */
export function treePaths(groups: number, merges: readonly Merge[]): string[] {
  const paths = new Array<string>(groups).fill('')
  // From the root down: what is left of `a` when `b` is split off again has what came before.
  for (const { a, b } of merges.toReversed()) {
    paths[b] = `${paths[a]}1`
    paths[a] = `${paths[a]}0`
  }
  return paths
}
