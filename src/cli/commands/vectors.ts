import type { AddCommand } from '../context.js'
import { addVectorsCompact } from './vectors-compact.js'

/** `nerite vectors`: the family of verbs for pretrained word vectors. */
export const addVectors: AddCommand = (program, context) => {
  const family = program.command('vectors').description('make pretrained word vectors compact')
  for (const add of [addVectorsCompact]) add(family, context)
}
