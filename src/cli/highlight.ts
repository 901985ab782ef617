import type { Entity } from '../recognize/entity.js'
import { renderEntities } from '../recognize/render-entities.js'
import type { CliContext } from './context.js'

type Colors = CliContext['colors']

/** Background colors by turns, so that a type keeps its color within a run. */
const PAINTS: readonly ((colors: Colors) => (text: string) => string)[] = [
  c => c.bgBlue,
  c => c.bgMagenta,
  c => c.bgGreen,
  c => c.bgYellow,
  c => c.bgCyan,
  c => c.bgRed,
]

/** A text with its entities marked: colored with the type behind it on a terminal, `[Ada](PER)` in a pipe. */
export function highlight(
  text: string,
  entities: readonly Entity[],
  types: readonly string[],
  colors: Colors,
): string {
  if (!colors.isColorSupported)
    return renderEntities(text, entities, (surface, { type }) => `[${surface}](${type})`)
  return renderEntities(text, entities, (surface, { type }) => {
    const paint = PAINTS[Math.max(0, types.indexOf(type)) % PAINTS.length](colors)
    return `${paint(colors.black(` ${surface} `))}${colors.dim(type)}`
  })
}
