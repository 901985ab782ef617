// Scores of the model on the development suite, with the corpora's tokens and as running text.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { entitiesOfText, runningTexts } from '../../../dist/corpus/running-text.js'
import { spansOf } from '../../../dist/corpus/sentence-text.js'
import { loadTagger } from '../../../dist/index.js'
import { COARSE } from './corpora.mjs'
import { fineTypes } from './fine-types.mjs'
import { readSet, SETS } from './suite-sets.mjs'

const TYPES = ['PER', 'ORG', 'LOC']
const SPACY = { PERSON: 'PER', ORG: 'ORG', GPE: 'LOC', LOC: 'LOC', FAC: 'LOC' }

/** @returns Markdown tables: of the coarse types on all sets, and of the model's own types */
export async function runSuite({ corpora, work, out, spacy }) {
  const tagger = await loadTagger(out)
  const others = spacy && JSON.parse(readFileSync(spacy, 'utf8'))
  const rows = []
  const inputs = {}
  for (const set of SETS) {
    const sentences = await readSet(set, { corpora, data: join(work, 'data') })
    if (sentences === undefined) continue
    const tokens = sentences.map(sentence => sentence.tokens)
    const texts = [...runningTexts(sentences)]
    inputs[set.name] = { tokens, texts: texts.map(({ text }) => text) }
    const found = (await tagger.tagTokens(tokens)).map(({ spans }) => mapped(spans, COARSE))
    const raw = (await tagger.tag(texts.map(({ text }) => text))).map(entities => mapped(entities, COARSE))
    const gold = { tokens: sentences.map(spansOf), raw: texts.map(text => entitiesOfText(text)) }
    const own = others?.[set.name]
    rows.push({
      set,
      sentences: sentences.length,
      tokens: score(gold.tokens, found),
      raw: score(gold.raw, raw),
      ...(own && {
        spacy: {
          tokens: score(gold.tokens, spansOfSpacy(own.tokens)),
          forgiven: score(
            gold.tokens.map((spans, i) => spans.map(span => trimmedSpan(span, tokens[i]))),
            spansOfSpacy(own.tokens).map((spans, i) => spans.map(span => trimmedSpan(span, tokens[i]))),
          ),
          raw: score(
            gold.raw.map((spans, i) => spans.map(span => trimmedRange(span, texts[i].text))),
            spansOfSpacy(own.texts).map((spans, i) => spans.map(span => trimmedRange(span, texts[i].text))),
          ),
        },
      }),
    })
  }
  const types = await fineTypes(tagger, corpora)
  await tagger.release()
  writeFileSync(join(work, 'suite.json'), JSON.stringify(inputs))
  return `${table(rows, others !== undefined)}\n\n${types}`
}

function spansOfSpacy(lists) {
  return lists.map(list =>
    mapped(
      list.map(([start, end, type]) => ({ start, end, type })),
      SPACY,
    ),
  )
}

function mapped(spans, map) {
  return spans.flatMap(({ start, end, type }) =>
    TYPES.includes(map[type] ?? type) ? [{ start, end, type: map[type] ?? type }] : [],
  )
}

/** Without "the" before and "'s" after it. */
function trimmedSpan({ start, end, type }, tokens) {
  const from = end - start > 1 && /^the$/i.test(tokens[start]) ? start + 1 : start
  const to = end - from > 1 && /^['’]s$/i.test(tokens[end - 1]) ? end - 1 : end
  return { start: from, end: to, type }
}

function trimmedRange({ start, end, type }, text) {
  const own = text.slice(start, end)
  const from = start + (/^the\s+(?=\S)/i.exec(own)?.[0].length ?? 0)
  const to = end - (/(?<=\S)\s*['’]s$/i.exec(own)?.[0].length ?? 0)
  return { start: from, end: Math.max(from, to), type }
}

/** Exact matches of boundaries and type, by type and together. */
export function score(gold, found) {
  const count = Object.fromEntries(['all', ...TYPES].map(type => [type, { gold: 0, found: 0, both: 0 }]))
  const key = ({ start, end, type }) => `${start} ${end} ${type}`
  for (const [i, spans] of gold.entries()) {
    const wanted = new Set(spans.map(key))
    const add = (span, field) => {
      count.all[field]++
      count[span.type][field]++
    }
    for (const span of spans) add(span, 'gold')
    for (const span of found[i]) {
      add(span, 'found')
      if (wanted.has(key(span))) add(span, 'both')
    }
  }
  return Object.fromEntries(
    Object.entries(count).map(([type, { gold, found, both }]) => [
      type,
      gold + found === 0 ? null : (200 * both) / (gold + found),
    ]),
  )
}

function table(rows, hasSpacy) {
  const short = value => (value === null ? '–' : value.toFixed(1))
  const head = ['set', 'sentences', 'F1', 'raw text', 'PER', 'ORG', 'LOC']
  if (hasSpacy) head.push('spaCy', 'spaCy, forgiven', 'spaCy, raw, forgiven')
  const lines = rows.map(({ set, sentences, tokens, raw, spacy }) => [
    set.name,
    sentences.toLocaleString('en-US'),
    short(tokens.all),
    short(raw.all),
    ...TYPES.map(type => short(tokens[type])),
    ...(hasSpacy
      ? spacy
        ? [short(spacy.tokens.all), short(spacy.forgiven.all), short(spacy.raw.all)]
        : ['', '', '']
      : []),
  ])
  const mean = (kind, value) => {
    const chosen = rows.filter(({ set }) => (kind === 'all' ? set.change === undefined : set.isForeign))
    return short(chosen.reduce((sum, row) => sum + (value(row) ?? 0), 0) / chosen.length)
  }
  for (const [kind, name] of [
    ['foreign', 'mean of the foreign sets'],
    ['all', 'mean of all'],
  ])
    lines.push([
      name,
      '',
      mean(kind, row => row.tokens.all),
      mean(kind, row => row.raw.all),
      ...TYPES.map(type => mean(kind, row => row.tokens[type])),
      ...(hasSpacy
        ? [
            mean(kind, row => row.spacy?.tokens.all),
            mean(kind, row => row.spacy?.forgiven.all),
            mean(kind, row => row.spacy?.raw.all),
          ]
        : []),
    ])
  const row = cells => `| ${cells.join(' | ')} |`
  return [row(head), `|${head.map((_, i) => (i === 0 ? '---' : '--:')).join('|')}|`, ...lines.map(row)].join(
    '\n',
  )
}
