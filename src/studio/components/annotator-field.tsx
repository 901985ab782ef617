import { annotator } from '../state.js'

/** The field for who labels. */
export function AnnotatorField() {
  return (
    <label class="field">
      Your name
      <input
        value={annotator.value}
        maxLength={64}
        size={10}
        onChange={event => {
          const name = event.currentTarget.value.trim()
          if (name !== '') annotator.value = name
          event.currentTarget.value = annotator.value
        }}
      />
    </label>
  )
}
