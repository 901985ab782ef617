import type { TemplatePart } from '../../config/feature-templates.js'

/** Parts of templates that look at different things, whatever their places. */
export class DistinctParts {
  readonly parts: TemplatePart[] = []
  private readonly numbers = new Map<string, number>()

  /** The number of a part in `parts`; a new one is added. */
  numberOf(part: TemplatePart): number {
    const { value, name, lengths } = part
    const key = JSON.stringify([value, name, lengths])
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.numbers.set(key, this.parts.length)
    return this.parts.push(part) - 1
  }
}
