import { useSignal } from '@preact/signals'
import { project } from '../state.js'
import { AnnotatorsReview } from './annotators-review.js'
import { ErrorsReview } from './errors-review.js'
import { ExportForm } from './export-form.js'
import { SuspectsReview } from './suspects-review.js'

const PARTS = {
  errors: 'Errors',
  suspects: 'Labels that look wrong',
  annotators: 'Annotators',
  export: 'Export',
} as const
type Part = keyof typeof PARTS

/** Review: what the tagger gets wrong, what people may have got wrong, and where they disagree. */
export function ReviewView() {
  const part = useSignal<Part>('errors')
  const opened = project.value
  if (!opened) return null
  return (
    <>
      <div class="head">
        <div>
          <h1>Review</h1>
          <p class="lead">{opened.name}</p>
        </div>
        <div class="segments" role="tablist" aria-label="What to review">
          {(Object.keys(PARTS) as Part[]).map(name => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={part.value === name}
              aria-controls="part"
              onClick={() => (part.value = name)}
            >
              {PARTS[name]}
            </button>
          ))}
        </div>
      </div>
      <div id="part" role="tabpanel" aria-labelledby={`tab-${part.value}`} class="stack">
        {part.value === 'errors' && <ErrorsReview />}
        {part.value === 'suspects' && <SuspectsReview />}
        {part.value === 'annotators' && <AnnotatorsReview />}
        {part.value === 'export' && <ExportForm />}
      </div>
    </>
  )
}
