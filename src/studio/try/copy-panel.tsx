import { useSignal } from '@preact/signals'
import type { FoundText } from './tag-text.js'

const FORMS = { json: 'JSON', curl: 'cURL', typescript: 'TypeScript' } as const
type Form = keyof typeof FORMS

/** What was found, and how to ask for it from elsewhere. */
export function CopyPanel({
  model,
  found,
}: {
  readonly model: string
  readonly found: FoundText & { readonly text: string }
}) {
  const form = useSignal<Form>('json')
  const said = useSignal('')
  const code = codeOf(form.value, model, found)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code)
      said.value = 'Copied'
    } catch {
      said.value = 'Select the text and copy it'
    }
  }
  return (
    <section class="panel stack tight" aria-labelledby="copy">
      <div class="row apart">
        <h2 id="copy">Take it with you</h2>
        <div class="row">
          <span class="small muted" role="status">
            {said.value}
          </span>
          <div class="segments">
            {(Object.keys(FORMS) as Form[]).map(name => (
              <button
                key={name}
                type="button"
                aria-pressed={form.value === name}
                onClick={() => {
                  form.value = name
                  said.value = ''
                }}
              >
                {FORMS[name]}
              </button>
            ))}
          </div>
          <button type="button" onClick={() => void copy()}>
            Copy
          </button>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <section tabIndex={0} aria-label={FORMS[form.value]} class="code-box">
        <pre class="code">{code}</pre>
      </section>
    </section>
  )
}

export function codeOf(
  form: Form,
  model: string,
  { text, entities }: FoundText & { readonly text: string },
): string {
  const body = JSON.stringify({ model, text })
  if (form === 'json') return JSON.stringify({ text, entities }, null, 2)
  if (form === 'curl')
    return `curl ${location.origin}/v1/entities \\\n  -H 'content-type: application/json' \\\n  -d '${body.replaceAll("'", "'\\''")}'`
  return [
    "import { loadTagger } from 'nerite'",
    '',
    `await using tagger = await loadTagger(${JSON.stringify(model)})`,
    `for (const e of await tagger.tag(${JSON.stringify(text)}))`,
    '  console.log(e.type, e.start, e.end, e.text, e.score)',
  ].join('\n')
}
