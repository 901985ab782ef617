// One sentence per sentence of a converted corpus, with the model's types on the spans of the unified copy.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadCorpus } from '../../../dist/corpus/node/read-corpus.js'
import { spansOf } from '../../../dist/corpus/sentence-text.js'
import { encodeSpans } from '../../../dist/tags/encode-spans.js'
import { meaning } from './corpora.mjs'

/**
 * @param corpus an entry of `CORPORA`
 * @param open the folder with `own`, `unified` and `misc`
 * @returns sentences with BIO tags; `own`: the spans of the corpus's own types; `isSure`: whether the unmarked words are known
 *   to be no names
 */
export async function readOpenCorpus(corpus, open) {
  const { name } = corpus
  const read = async (copy, ending) => (await loadCorpus(join(open, copy, `${name}.${ending}`))).sentences
  const own = await read('own', corpus.text ? 'jsonl' : 'conll')
  const unified = await read('unified', 'conll')
  const misc = corpus.misc ? await read('misc', 'conll') : undefined
  const sure = corpus.sure && sureNumbers(join(open, corpus.sure))
  if (own.length !== unified.length) throw new Error(`${name}: the copies differ in length`)
  return own.map((sentence, i) => {
    const { tokens } = sentence
    if (tokens.length !== unified[i].tokens.length) throw new Error(`${name}: sentence ${i + 1} differs`)
    const spans = modelSpans(corpus, tokens, spansOf(sentence), spansOf(unified[i]), misc && spansOf(misc[i]))
    return {
      ...sentence,
      entities: undefined,
      own: spansOf(sentence),
      tags: encodeSpans(spans, tokens.length, 'BIO'),
      isSure: sure === undefined || sure.has(i + 1),
    }
  })
}

const UNIFIED = { PER: ['PERSON'], ORG: ['ORG'], LOC: ['GPE', 'LOC', 'FAC', 'PLACE'] }
const FALLBACK = { PER: 'PERSON', ORG: 'ORG', LOC: 'PLACE' }

/** The boundaries of the unified copy, and the finest type that the corpus's own annotation agrees with. */
export function modelSpans(corpus, tokens, own, unified, misc = []) {
  const overlaps = (a, b) => a.start < b.end && b.start < a.end
  const kept = unified.map(({ start, end, type }) => {
    const fine = own
      .filter(span => overlaps(span, { start, end }))
      .map(span => meaning(corpus.fine, span.type))
      .find(candidate => UNIFIED[type].includes(candidate))
    return { start, end, type: fine ?? FALLBACK[type] }
  })
  const taken = [...kept]
  const add = span => {
    if (span.type !== 'O' && !taken.some(other => overlaps(other, span))) taken.push(span)
  }
  for (const { start, end, type } of own) {
    if (!/^\p{Lu}/u.test(tokens[start])) continue
    const place = ['GPE', 'PLACE'].includes(meaning(corpus.fine, type))
    // A place that the unified copy leaves out is the name of its people: American, Kurdish.
    if (place && (corpus.misc || corpus.sure)) {
      if (end - start <= 2 && !/^the$/i.test(tokens[start])) add({ start, end, type: 'NORP' })
    } else add({ start, end, type: meaning(corpus.other, type) })
  }
  for (const { start, end, type } of misc) if (type === 'MISC') add({ start, end, type: 'NAME' })
  return taken.sort((a, b) => a.start - b.start)
}

function sureNumbers(file) {
  if (!existsSync(file)) throw new Error(`${file} is missing`)
  return new Set(readFileSync(file, 'utf8').trim().split('\n').map(Number))
}
