import { option, say } from '../../base/fault.js'
import { visible } from './characters.js'
import type { Check, CheckContext, CheckedSentence, CheckKind } from './check.js'
import { info, share, warning } from './finding.js'

const HTML = warning(
  'html-remains',
  'tokens are left over from HTML or XML (&amp;, <br>)',
  'convert the original text to plain text before it is tokenized (&amp; is &), unless the text to be tagged has the same',
)
const MARKUP = info(
  'markup-remains',
  'tokens are left over from wiki markup, Markdown links or escapes ([[, {{, \\n, \\u00e9)',
  'remove the markup before the text is tokenized, unless the text to be tagged has the same',
)
const TAGS = warning(
  'tags-as-tokens',
  'tokens are tags, such as B-PER',
  say`choose the columns with ${option('tokenColumn')} and ${option('tagColumn')}, or correct these rows`,
)

/** What is not text: HTML, other markup, and tags in the place of words. */
export const markupRemains: CheckKind = {
  finds: [HTML, TAGS, MARKUP],
  create: context => new MarkupCheck(context),
}

class MarkupCheck implements Check {
  private readonly types = new Set<string>()
  private readonly tagLike = new Map<string, { where: ReturnType<CheckedSentence['at']>; count: number }>()

  constructor(private readonly context: CheckContext) {}

  add({ tokens, spans, at }: CheckedSentence): void {
    const { log } = this.context
    for (const { type } of spans) this.types.add(type)
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]
      if (WORD.test(token)) continue
      const html = htmlAt(tokens, i)
      if (html !== undefined) log.add(HTML, at(i), visible(html))
      else if (isMarkup(tokens, i)) log.add(MARKUP, at(i), visible(token))
      else if (TAG.test(token)) {
        const known = this.tagLike.get(token)
        if (known) known.count++
        else if (this.tagLike.size < 1000) this.tagLike.set(token, { where: at(i), count: 1 })
      }
    }
  }

  endFile({ tokens }: { readonly tokens: number }): void {
    for (const [token, { where, count }] of this.tagLike)
      if (this.types.has(token.slice(2)))
        this.context.log.add(TAGS, where, `${token}: ${share(count, tokens, 'tokens')}`, { times: count })
    this.tagLike.clear()
    this.types.clear()
  }
}

/** Most tokens are letters only, or one sign that is no markup. */
const WORD = /^(?:[\p{L}\p{M}\p{N}]*|[.,:;!?()"$%-])$/u
const TAG = /^[BIESLUMW]-\p{L}[^\s]*$/u
const REFERENCE = /&(?:[a-zA-Z][a-zA-Z0-9]{1,7}|#\d{1,6}|#[xX][\da-fA-F]{1,5});/
const NAMES =
  'a|abbr|b|blockquote|body|br|center|code|div|em|font|h[1-6]|head|hr|html|i|img|li|ol|p|pre|ref|small|span|strong|sub|sup|table|tbody|td|th|tr|u|ul|ENAMEX|NUMEX|TIMEX|START:[^<>\\s]+|END'
const ELEMENT = new RegExp(`</?(?:${NAMES})(?:\\s[^<>]*|/)?>`, 'i')
const NAME = new RegExp(`^(?:${NAMES})$`, 'i')
/** What may come after an element's name when it was split into tokens. */
const AFTER_NAME = /^(?:\/?>|\/|href|class|src|style|id|title|TYPE)/

/** What is left of HTML at a token, whether it is one token or several. */
function htmlAt(tokens: readonly string[], i: number): string | undefined {
  const token = tokens[i]
  if (token.includes('&')) {
    if (REFERENCE.test(token)) return token
    const joined = tokens.slice(i, i + 3).join('')
    return token === '&' && tokens[i + 2] === ';' && REFERENCE.test(joined) ? joined : undefined
  }
  if (!token.includes('<')) return undefined
  if (ELEMENT.test(token)) return token
  if (token !== '<' && token !== '</') return undefined
  const name = token === '<' && tokens[i + 1] === '/' ? i + 2 : i + 1
  const isElement = NAME.test(tokens[name] ?? '') && AFTER_NAME.test(tokens[name + 1] ?? '')
  return isElement ? tokens.slice(i, name + 2).join('') : undefined
}

const MARKUP_TOKEN = /\[\[|\]\]|\{\{|\}\}|'''|\]\([^\s)]+\)|^\\[nrt]$|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}/

function isMarkup(tokens: readonly string[], i: number): boolean {
  const token = tokens[i]
  return MARKUP_TOKEN.test(token)
}
