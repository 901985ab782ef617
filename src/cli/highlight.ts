import type { Entity } from '../predict/entity.js'
import { renderEntities } from '../predict/render-entities.js'
import type { CliContext } from './context.js'

type Colours = CliContext['colours']

/** Background colours by turns, so that a type keeps its colour within a run. */
const PAINTS: readonly ((colours: Colours) => (text: string) => string)[] = [
  c => c.bgBlue,
  c => c.bgMagenta,
  c => c.bgGreen,
  c => c.bgYellow,
  c => c.bgCyan,
  c => c.bgRed,
]

/** A text with its entities marked: coloured with the type behind it on a terminal, `[Ada](PER)` in a pipe. */
export function highlight(
  text: string,
  entities: readonly Entity[],
  types: readonly string[],
  colours: Colours,
): string {
  if (!colours.isColorSupported)
    return renderEntities(text, entities, (surface, { type }) => `[${surface}](${type})`)
  return renderEntities(text, entities, (surface, { type }) => {
    const paint = PAINTS[Math.max(0, types.indexOf(type)) % PAINTS.length](colours)
    return `${paint(colours.black(` ${surface} `))}${colours.dim(type)}`
  })
}
