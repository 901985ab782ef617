/**
 * Text becomes HTML in this file only. Whatever is passed to `html` is shown as text, unless it is `Html` already, so
 * markup in a corpus, a type or a file name never runs.
 */

const BRAND: unique symbol = Symbol('html')

/** A piece of finished markup. */
export interface Html {
  readonly [BRAND]: true
  readonly text: string
}

export type HtmlValue = string | number | Html | readonly Html[] | null | undefined | false

/**
 * Markup with values in it. Values are escaped for both text and double-quoted attributes; lists are joined, and
 * `null`, `undefined` and `false` leave nothing.
 *
 * @example
 * html`<b title="${'"'}">${'<i>'}</b>`.text // '<b title="&quot;">&lt;i&gt;</b>'
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return markup(strings.reduce((text, part, i) => text + toText(values[i - 1]) + part))
}

/** Markup made elsewhere, such as a chart's SVG, which the caller must trust. */
export function markup(text: string): Html {
  return Object.freeze({ [BRAND]: true as const, text })
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes text for use between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, character => ENTITIES[character])
}

/**
 * A text with U+FFFD for what HTML forbids, and for the marks that turn the direction of writing: they would reorder
 * the text around them.
 */
export function visible(text: string): string {
  return text.replace(
    /\p{Cs}|[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu,
    '\ufffd',
  )
}

function toText(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return isList(value) ? value.map(each => each.text).join('') : value.text
}

function isList(value: Html | readonly Html[]): value is readonly Html[] {
  return Array.isArray(value)
}
