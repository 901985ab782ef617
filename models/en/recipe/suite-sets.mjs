// The development suite: text that the model has not learned from, and what its types mean.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadCorpus } from '../../../dist/corpus/node/read-corpus.js'
import { COARSE, CORPORA } from './corpora.mjs'

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

/** `map`: the coarse type of each of the set's types; the others count as no entity. `isForeign`: none of it was learned. */
export const SETS = [
  { name: 'conll2003', file: 'conll2003/eng.testa', map: CONLL, isForeign: true },
  {
    name: 'twitter_hse',
    file: 'twitter_hse/validation.txt',
    map: TWITTER,
    isForeign: true,
    isTweets: true,
    not: 'open/own/wnut17.conll',
  },
  {
    name: 'gmb_kaggle',
    file: 'gmb_kaggle/ner_dataset.csv',
    reading: { encoding: 'windows-1252' },
    map: { per: 'PER', org: 'ORG', geo: 'LOC' },
    isForeign: true,
    // Blocks of sentences that follow each other.
    every: { block: 50, of: 16 },
  },
  ...CORPORA.filter(({ sure }) => !sure).map(({ name, tweets }) => ({
    name: `${name}, held out`,
    held: `${name}.jsonl`,
    map: HELD_OUT,
    isForeign: false,
    isTweets: tweets === true,
  })),
]

/**
 * @param set an entry of `SETS`
 * @returns its sentences with tags of the coarse types, or `undefined` if its file is missing
 */
export async function readSet({ file, held, map, reading, every, not, isTweets }, { corpora, data }) {
  const path = held ? join(data, 'dev', held) : join(corpora, file)
  if (!existsSync(path)) return undefined
  let { sentences } = await loadCorpus(path, reading)
  if (not) {
    const known = new Set((await loadCorpus(join(corpora, not))).sentences.map(textKey))
    sentences = sentences.filter(sentence => !known.has(textKey(sentence)))
  }
  if (every) sentences = sentences.filter((_, i) => Math.floor(i / every.block) % every.of === 0)
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
