// People's names without the titles before them, as the model and most corpora have them.
import { spansOf } from '../../../dist/corpus/sentence-text.js'
import { encodeSpans } from '../../../dist/tags/encode-spans.js'

const TITLES = new Set(
  `mr. mrs. ms. miss mr mrs ms dr. dr prof. professor sir lord lady dame rev. reverend saint pope prophet sheikh ayatollah
  king queen prince princess emperor president vice chairman chairwoman chancellor premier prime minister foreign defense
  interior finance secretary general gen. colonel col. captain capt. major lieutenant lt. sergeant admiral commander senator
  sen. representative rep. congressman congresswoman governor gov. mayor judge justice ambassador former deputy acting u.s.`.split(
    /\s+/,
  ),
)

/** A name that is nothing but titles is none. @param sentence with BIO tags of its corpus, `per` for people */
export function withoutTitles(sentence) {
  const { tokens } = sentence
  const spans = spansOf(sentence).flatMap(({ start, end, type }) => {
    if (type !== 'per') return [{ start, end, type }]
    let from = start
    while (from < end && TITLES.has(tokens[from].toLowerCase())) from++
    return from < end ? [{ start: from, end, type }] : []
  })
  return { ...sentence, entities: undefined, tags: encodeSpans(spans, tokens.length, 'BIO') }
}
