import type { Entity } from '../recognize/annotated-text.js'
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
  const paint = (surface: string, type: string) => {
    if (!colors.isColorSupported) return `[${surface}](${type})`
    const background = PAINTS[Math.max(0, types.indexOf(type)) % PAINTS.length](colors)
    return `${background(colors.black(` ${surface} `))}${colors.dim(type)}`
  }
  let marked = ''
  let at = 0
  for (const { start, end, type } of entities) {
    marked += text.slice(at, start) + paint(text.slice(start, end), type)
    at = end
  }
  return marked + text.slice(at)
}
