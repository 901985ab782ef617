// The word vectors that the model carries: the words that matter, and those that the package lacks.
import { writeFileSync } from 'node:fs'
import { readWordVectors } from '../../../dist/encode/node/read-word-vectors.js'
import { vectorForms } from '../../../dist/encode/word-vectors.js'
import { filledVectors } from './fill-vectors.mjs'

/** All words of the package. It lists them by frequency. */
const ALL = 400_000

/**
 * Writes a text file of vectors: words that the package lacks, the corpora's own words, and the package's most frequent.
 * @param source the package's file
 * @param corpora sentences to count words in
 * @param size how many words
 */
export async function chooseVectors({ source, corpora, size, file, log }) {
  const vectors = await readWordVectors(source, { first: ALL })
  const { rows, dim } = vectors
  const forms = corpora.map(({ tokens }) => tokens.map(token => formOf(token, rows)))
  const filled = filledVectors(forms, vectors)
  const chosen = new Map(filled)
  const add = word => {
    const row = rows.get(word)
    if (chosen.size < size && row !== undefined && !chosen.has(word))
      chosen.set(word, vectors.matrix.subarray(row * dim, (row + 1) * dim))
  }
  const frequent = [...rows.keys()]
  for (const word of frequent.slice(0, Math.round(size * 0.8))) add(word)
  const counts = new Map()
  for (const sentence of forms) for (const word of sentence) counts.set(word, (counts.get(word) ?? 0) + 1)
  for (const [word] of [...counts].filter(([, count]) => count >= 2).sort((a, b) => b[1] - a[1])) add(word)
  for (const word of frequent) add(word)
  const lines = [...chosen].map(([word, vector]) => `${word} ${Array.from(vector, short).join(' ')}`)
  writeFileSync(file, `${lines.join('\n')}\n`)
  log(`${lines.length} word vectors, ${filled.size} of them filled in`)
}

/** The form under which a word is looked up; where there is none, the one that should be there. */
function formOf(token, rows) {
  const forms = vectorForms(token).map(([, form]) => form)
  return forms.find(form => rows.has(form)) ?? (/\p{Nd}/u.test(token) ? zeros(token) : token.toLowerCase())
}

const zeros = token => token.toLowerCase().replace(/\p{Nd}/gu, '0')

const short = value => String(Math.round(value * 1e5) / 1e5)
