import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadCorpus } from '../corpus/node/read-corpus.js'
import type { Sentence } from '../corpus/sentence.js'
import { spansOf, textOf } from '../corpus/sentence-text.js'
import { tokenize } from '../text/tokenize.js'

const FOLDER = resolve(fileURLToPath(import.meta.url), '../../../samples')
const PARTS = ['train', 'dev', 'test'] as const
const TYPES = ['PER', 'ORG', 'LOC', 'PRODUCT', 'DATE']
const GENRES = ['news', 'business', 'science', 'mail', 'tweets']

/** Names with two types, in lower case. Each was checked by hand; see GUIDELINES.md. */
const TWO_TYPES = 'amazon california chelsea jordan jupiter leeds lincoln may petra washington'.split(' ')
/** Names that are also words, or other things, in other places. */
const NAME_AND_WORD = 'apple bath cork gap hull march may orange target turkey will word zoom'.split(' ')
/** Shops and a hospital whose names end in 's. */
const NAMES_IN_S = ["Brewster's", "Nando's", "St Olave's"]

interface Mention {
  readonly text: string
  readonly type: string
}

interface Part {
  readonly sentences: readonly Sentence[]
  readonly mentions: readonly Mention[]
}

const parts = {} as Record<(typeof PARTS)[number], Part>
const everything: Sentence[] = []

before(async () => {
  for (const name of PARTS) {
    const { sentences } = await loadCorpus(join(FOLDER, `${name}.markup`))
    parts[name] = { sentences, mentions: sentences.flatMap(mentionsOf) }
    everything.push(...sentences)
  }
})

function mentionsOf(sentence: Sentence): Mention[] {
  const { text, offsets } = textOf(sentence)
  return spansOf(sentence).map(({ start, end, type }) => ({
    text: text.slice(offsets[start].start, offsets[end - 1].end),
    type,
  }))
}

const keyOf = ({ text, type }: Mention) => `${type} ${text.toLowerCase()}`

/** The values that occur more than once. */
function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>()
  return values.filter(value => seen.size === seen.add(value).size)
}

/** The tokens with every mention replaced by its type. */
function skeletonOf({ tokens, tags }: Sentence): string {
  return tokens
    .flatMap((token, i) => (tags[i] === 'O' ? [token] : tags[i].startsWith('B-') ? [`<${tags[i]}>`] : []))
    .join(' ')
}

test('there are enough sentences, and enough mentions of every type to learn from', t => {
  const counts = (part: Part) =>
    Object.fromEntries(TYPES.map(type => [type, part.mentions.filter(m => m.type === type).length]))
  assert.ok(everything.length >= 600, `${everything.length} sentences`)
  const train = counts(parts.train)
  for (const type of ['PER', 'ORG', 'LOC']) assert.ok(train[type] >= 250, `${type}: ${train[type]}`)
  for (const type of ['PRODUCT', 'DATE']) assert.ok(train[type] >= 120, `${type}: ${train[type]}`)
  for (const name of PARTS) {
    const found = new Set(parts[name].mentions.map(mention => mention.type))
    assert.deepEqual([...found].sort(), [...TYPES].sort(), `types of ${name}`)
    t.diagnostic(`${name}: ${parts[name].sentences.length} sentences, ${JSON.stringify(counts(parts[name]))}`)
  }
  const without = everything.filter(({ tags }) => tags.every(tag => tag === 'O')).length / everything.length
  assert.ok(without > 0.15 && without < 0.3, `${without} of the sentences are without entities`)
})

test('most names of dev and test are unseen in training', t => {
  const known = new Set(parts.train.mentions.map(keyOf))
  for (const name of ['dev', 'test'] as const) {
    const distinct = [...new Set(parts[name].mentions.map(keyOf))]
    const unseen = distinct.filter(mention => !known.has(mention)).length
    t.diagnostic(`${name}: ${unseen} of ${distinct.length} distinct mentions are unseen in training`)
    assert.ok(unseen / distinct.length >= 0.6)
  }
})

test('no sentence, skeleton or sequence of five words occurs twice', () => {
  assert.deepEqual(repeated(everything.map(({ tokens }) => tokens.join(' ').toLowerCase())), [])
  assert.deepEqual(repeated(everything.map(skeletonOf)), [])
  const runs = everything.flatMap(({ tokens }) => {
    const words = tokens.filter(token => /\p{L}|\p{N}/u.test(token)).map(token => token.toLowerCase())
    return [...new Set(words.slice(4).map((_, i) => words.slice(i, i + 5).join(' ')))]
  })
  assert.ok(runs.length > 5000, 'no runs were looked at')
  assert.deepEqual(repeated(runs), [])
})

test('mentions begin and end where tokens of running text do', () => {
  for (const sentence of everything) {
    const { text } = textOf(sentence)
    assert.deepEqual(
      tokenize(text).map(({ start, end }) => text.slice(start, end)),
      sentence.tokens,
    )
    for (const mention of mentionsOf(sentence)) {
      assert.doesNotMatch(mention.text, /^[@#]|^(mr|mrs|ms|dr) |[,;:!?]$/i, text)
      if (!NAMES_IN_S.includes(mention.text)) assert.doesNotMatch(mention.text, /['’]s$/i, text)
      if (mention.type !== 'DATE') assert.doesNotMatch(mention.text, /^(a|an) /i, text)
      assert.doesNotMatch(mention.text, /^\s|\s$|\s\s/, text)
    }
  }
})

test('a word is a name everywhere, or is on the list of checked words', () => {
  const types = new Map<string, Set<string>>()
  for (const sentence of everything)
    for (const { text, type } of mentionsOf(sentence)) {
      const word = text.toLowerCase()
      types.set(word, (types.get(word) ?? new Set()).add(type))
    }
  const two = [...types].filter(([, found]) => found.size > 1).map(([word]) => word)
  assert.deepEqual(two.sort(), TWO_TYPES)

  // Names as token sequences, looked for where nothing is labeled.
  const names = new Map([...types.keys()].map(name => [wordsOf(name).join(' '), name]))
  const longest = Math.max(...[...names.keys()].map(name => name.split(' ').length))
  const also = new Set<string>()
  for (const { tokens, tags } of everything)
    for (let start = 0; start < tokens.length; start++)
      for (let end = start; end < tokens.length && end - start < longest && tags[end] === 'O'; end++) {
        const name = names.get(
          tokens
            .slice(start, end + 1)
            .join(' ')
            .toLowerCase(),
        )
        if (name !== undefined) also.add(name)
      }
  assert.deepEqual([...also].sort(), NAME_AND_WORD)
})

test('weekdays, months and relative days are dates everywhere', () => {
  const always =
    /^((mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|april|june|july|august|september|october|november|december|yesterday|today|tomorrow|christmas|xmas|easter|(19|20)\d\d)$/i
  const wrong: string[] = []
  let looked = 0
  for (const { tokens, tags } of everything)
    tokens.forEach((token, i) => {
      if (!always.test(token)) return
      looked++
      if (!tags[i].endsWith('-DATE')) wrong.push(`${token} (${tags[i]}) in ${tokens.join(' ')}`)
      const previous = tokens[i - 1]?.toLowerCase()
      if (['last', 'next', 'this'].includes(previous) && tags[i - 1] !== 'B-DATE')
        wrong.push(tokens.join(' '))
    })
  assert.ok(looked > 150, `${looked} dates`)
  assert.deepEqual(
    wrong.filter(line => !/^Sunday \(B-PER\) in .*Oyelaran|^2000 \(I-PRODUCT\)/.test(line)),
    [],
  )
})

test('no document is in two parts, and README.md lists them correctly', () => {
  const table = [
    ...readFileSync(join(FOLDER, 'README.md'), 'utf8').matchAll(
      /^\| (\w+)\.markup \| (\w+) \| (\d+)–(\d+) \| (\d+) \|$/gm,
    ),
  ]
  assert.equal(table.length, PARTS.length * GENRES.length)
  const next: Record<string, number> = { train: 0, dev: 0, test: 0 }
  table.forEach(([, part, genre, first, last, count], row) => {
    assert.equal(genre, GENRES[row % GENRES.length])
    const { sentences } = parts[part as keyof typeof parts]
    assert.equal(Number(first), next[part] + 1)
    const inside = sentences.filter(
      ({ document = -1 }) => document >= Number(first) - 1 && document <= Number(last) - 1,
    )
    assert.equal(inside.length, Number(count), `${part} ${genre}`)
    next[part] = Number(last)
  })
  for (const name of PARTS) {
    const sizes = new Map<number, number>()
    for (const { document = -1 } of parts[name].sentences) sizes.set(document, (sizes.get(document) ?? 0) + 1)
    assert.equal(sizes.size, next[name])
    for (const [document, size] of sizes) assert.ok(size >= 3 && size <= 8, `${name} ${document}: ${size}`)
  }
})

test('the counts in README.md are those of the files', () => {
  const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  for (const name of PARTS) {
    const { sentences, mentions } = parts[name]
    const row = [
      new Set(sentences.map(({ document }) => document)).size,
      sentences.length,
      sentences.reduce((sum, { tokens }) => sum + tokens.length, 0),
      sentences.filter(({ tags }) => tags.every(tag => tag === 'O')).length,
      ...TYPES.map(type => mentions.filter(mention => mention.type === type).length),
    ]
    assert.ok(readme.includes(`| ${name} | ${row.join(' | ')} |`), `${name}: ${row.join(' | ')}`)
  }
})

test("the demo's texts hold no name of the training part", () => {
  const texts = readFileSync(join(FOLDER, 'demo-texts.txt'), 'utf8').trim().split('\n\n')
  assert.equal(texts.length, 3)
  const known = parts.train.mentions.filter(({ type }) => type !== 'DATE').map(({ text }) => text)
  for (const text of texts) {
    const tokens = new Set(wordsOf(text))
    assert.deepEqual(
      known.filter(name => wordsOf(name).length === 1 && tokens.has(name)),
      [],
    )
    assert.deepEqual(
      known.filter(name => name.includes(' ') && text.includes(name)),
      [],
    )
  }
})

function wordsOf(text: string): string[] {
  return tokenize(text).map(({ start, end }) => text.slice(start, end))
}
