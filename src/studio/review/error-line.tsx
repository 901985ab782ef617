import type { ListedError } from '../../evaluate/error-list.js'
import { colored } from '../components/colors.js'
import type { PlacedError } from '../server-data.js'
import { go, toOpen } from '../state.js'

/** An error with the text around it: what is labeled, and what was found. */
export function ErrorLine({
  error,
  colorOf,
}: {
  readonly error: PlacedError
  readonly colorOf: (type: string) => string
}) {
  const { before, text, after, gold, predicted, document } = error
  const side = (entity: typeof gold, look: string, score?: number) => {
    if (!entity) return <span class="muted">nothing</span>
    const at = text.indexOf(entity.text)
    return (
      <span class="text">
        <span class="muted">{before}</span>
        {text.slice(0, Math.max(0, at))}
        <mark class={look} style={colored(colorOf(entity.type))}>
          <bdi>{entity.text}</bdi>
          <small>
            <bdi>{entity.type}</bdi>
            {score !== undefined && ` ${Math.round(100 * score)}%`}
          </small>
        </mark>
        {at >= 0 && text.slice(at + entity.text.length)}
        <span class="muted">{after}</span>
      </span>
    )
  }
  return (
    <div class="stack tight">
      <dl class="stack tight">
        <div class="pair">
          <dt>labeled</dt>
          <dd>{side(gold, predicted ? '' : 'missed')}</dd>
        </div>
        <div class="pair">
          <dt>found</dt>
          <dd>{side(predicted, 'wrong', predicted?.score)}</dd>
        </div>
      </dl>
      {document !== null && (
        <div>
          <button
            type="button"
            class="plain small"
            onClick={() => {
              toOpen.value = document
              go('label')
            }}
          >
            Open text {document + 1}
          </button>
        </div>
      )}
    </div>
  )
}

export const KIND_NAMES: Readonly<Record<ListedError['kind'], string>> = {
  boundary: 'wrong boundaries',
  type: 'wrong type',
  both: 'wrong boundaries and type',
  missed: 'not found',
  spurious: 'nothing there',
}
