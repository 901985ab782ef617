import type { TextSpan } from '../../corpus/sentence.js'
import { colored } from './colors.js'

export interface ShownEntity extends TextSpan {
  readonly score?: number
  /** How it differs from the others: `wrong`, `missed`, `suggested`. */
  readonly look?: string
}

export interface EntityTextProps {
  readonly text: string
  readonly entities: readonly ShownEntity[]
  readonly colorOf: (type: string) => string
  /** Called with an entity that is looked at. */
  readonly onLook?: (entity: ShownEntity | null) => void
}

/** A text with its entities marked: the report's entity line, in a page. */
export function EntityText({ text, entities, colorOf, onLook }: EntityTextProps) {
  const parts = []
  let at = 0
  for (const entity of entities) {
    const { start, end, type, look = '' } = entity
    if (start < at) continue
    if (start > at) parts.push(text.slice(at, start))
    const looking = onLook && {
      tabIndex: 0,
      onMouseEnter: () => onLook(entity),
      onMouseLeave: () => onLook(null),
      onFocus: () => onLook(entity),
      onBlur: () => onLook(null),
    }
    parts.push(
      // A direction of its own, not an element inside: the line would break between it and the edge of the mark.
      <mark key={`${start}-${type}`} dir="auto" class={look} style={colored(colorOf(type))} {...looking}>
        {text.slice(start, end)}
        <small>
          <bdi>{type}</bdi>
        </small>
      </mark>,
    )
    at = end
  }
  parts.push(text.slice(at))
  return <p class="text">{parts}</p>
}

/** A probability as people read it. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  return value > 0 && value < 0.0005 ? '<0.1%' : `${(100 * value).toFixed(1)}%`
}
