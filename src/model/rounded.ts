/** Which parameters of a tagger are rounded to 8 bits. */
import type { ParameterSpec } from '../engine/optim/parameter-store.js'
import { encoderBlocks, parameterSpecs, type TaggerDefinition } from './tagger-definition.js'

/** What of a parameter is rounded: the first columns of each row, or each column with a step of its own. */
export type RoundedPart = { readonly columns: number } | 'by-column'

/** The parameters that can be rounded. */
export function roundedParts(definition: TaggerDefinition): ReadonlyMap<string, RoundedPart> {
  const names = new Set([
    ...definition.inputs.blocks.flatMap(({ canRound = [] }) => canRound),
    ...encoderBlocks(definition).flatMap(({ canRound = [] }) => canRound),
  ])
  const columns = ({ shape, undecayedColumns = 0 }: ParameterSpec) =>
    shape[shape.length - 1] - undecayedColumns
  const matrices = new Set(encoderBlocks(definition).flatMap(({ canRoundColumns = [] }) => canRoundColumns))
  return new Map(
    parameterSpecs(definition).flatMap((spec): [string, RoundedPart][] => {
      if (matrices.has(spec.name)) return [[spec.name, 'by-column']]
      return names.has(spec.name) ? [[spec.name, { columns: columns(spec) }]] : []
    }),
  )
}
