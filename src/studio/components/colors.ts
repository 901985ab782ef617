import { typeColors } from '../../report/page/entity-line.js'

/** The color of each type, as in the report: the same type has the same color in every view. */
export function colorsOf(types: readonly string[]): (type: string) => string {
  return typeColors(types)
}

/** A style with the color of a type. Preact sets it property by property, which the content security policy allows. */
export function colored(color: string): Record<string, string> {
  return { '--t': color }
}
