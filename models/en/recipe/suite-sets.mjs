// The development suite: text that the model has not learned from, and what its types mean.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../../dist/base/random.js'
import { loadCorpus } from '../../../dist/corpus/node/read-corpus.js'
import { addTypos } from './add-typos.mjs'
import { changeCase } from './change-case.mjs'
import { COARSE, CORPORA } from './corpora.mjs'
import { withoutTitles } from './without-titles.mjs'

const HELD_OUT = { ...COARSE, PLACE: 'LOC' }
const CONLL = { PER: 'PER', ORG: 'ORG', LOC: 'LOC' }
const TWITTER = {
  person: 'PER',
  'geo-loc': 'LOC',
  facility: 'LOC',
  company: 'ORG',
  sportsteam: 'ORG',
  musicartist: 'ORG',
}

const NEWS = { file: 'conll2003/eng.testa', map: CONLL }

/** News as it is not written: what copies of sentences in training are for. */
const CHANGED = [
  ['in lower case', sentence => changeCase(sentence, 'lower')],
  ['in upper case', sentence => changeCase(sentence, 'upper')],
  ['as headlines', sentence => changeCase(sentence, 'title')],
  ['with typos', (sentence, random) => addTypos(sentence, random)],
].map(([how, change]) => ({ ...NEWS, name: `conll2003, ${how}`, change }))

const GMB = {
  file: 'gmb_kaggle/ner_dataset.csv',
  reading: { encoding: 'windows-1252' },
  map: { per: 'PER', org: 'ORG', geo: 'LOC' },
  // Blocks of sentences that follow each other.
  every: { block: 50, of: 16 },
}

/** `map`: the coarse type of each of the set's types; the others count as no entity. `isForeign`: none of it was learned. */
export const SETS = [
  { ...NEWS, name: 'conll2003', isForeign: true },
  {
    name: 'twitter_hse',
    file: 'twitter_hse/validation.txt',
    map: TWITTER,
    isForeign: true,
    isTweets: true,
    not: 'open/own/wnut17.conll',
  },
  { ...GMB, name: 'gmb_kaggle', isForeign: true },
  ...CORPORA.filter(({ sure }) => !sure).map(({ name, tweets }) => ({
    name: `${name}, held out`,
    held: `${name}.jsonl`,
    map: HELD_OUT,
    isForeign: false,
    isTweets: tweets === true,
  })),
  ...CHANGED,
  { ...GMB, name: 'gmb_kaggle, titles left out of its names', change: withoutTitles },
]

/**
 * @param set an entry of `SETS`
 * @returns its sentences with tags of the coarse types, or `undefined` if its file is missing
 */
export async function readSet(set, { corpora, data }) {
  const { file, held, map, reading, every, not, isTweets, change } = set
  const path = held ? join(data, 'dev', held) : join(corpora, file)
  if (!existsSync(path)) return undefined
  let { sentences } = await loadCorpus(path, reading)
  if (not) {
    const known = new Set((await loadCorpus(join(corpora, not))).sentences.map(textKey))
    sentences = sentences.filter(sentence => !known.has(textKey(sentence)))
  }
  if (every) sentences = sentences.filter((_, i) => Math.floor(i / every.block) % every.of === 0)
  const random = Random.fromSeed(1)
  if (change) sentences = sentences.map(sentence => change(sentence, random))
  return sentences.map((sentence, i) => ({
    ...sentence,
    entities: undefined,
    tags: sentence.tags.map(tag => coarse(tag, map)),
    // A tweet is a text of its own.
    ...(isTweets && { document: i }),
  }))
}

const textKey = ({ tokens }) => tokens.join(' ').toLowerCase()

function coarse(tag, map) {
  const type = tag === 'O' ? undefined : map[tag.slice(2)]
  return type === undefined || type === 'MISC' ? 'O' : `${tag.slice(0, 2)}${type}`
}
