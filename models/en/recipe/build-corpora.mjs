// From the converted corpora to the files that the model is trained on.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '../../../dist/base/random.js'
import { cutLabeled } from '../../../dist/corpus/cut-sentences.js'
import { inOwnTokens } from '../../../dist/corpus/own-tokens.js'
import { augmented } from './augment.mjs'
import { CORPORA, ROWS } from './corpora.mjs'
import { holdOut } from './hold-out.mjs'
import { knownRanges } from './labeled-part.mjs'
import { makeRows } from './make-rows.mjs'
import { readOpenCorpus } from './read-corpus.mjs'
import { collectNames, collectTeams } from './swap-names.mjs'
import { writeRecords } from './write-records.mjs'

/** Share of the documents that are learned in our tokenizer's tokens instead of the corpus's own. */
const OWN_TOKENS = 0.5

/**
 * Writes `train/NAME.jsonl` and `dev/NAME.jsonl` for each corpus.
 * @param open the folder of the converted corpora
 * @param out the folder to write into
 * @param rows how many rows of tables and lists to make, for `train/rows.jsonl`
 */
export async function buildCorpora({ open, out, seed, corpora = CORPORA, shares, rows = 0, log }) {
  mkdirSync(join(out, 'train'), { recursive: true })
  mkdirSync(join(out, 'dev'), { recursive: true })
  const random = Random.fromSeed(seed)
  const parts = []
  for (const corpus of corpora) {
    const sentences = await readOpenCorpus(corpus, open)
    parts.push({ corpus, ...holdOut(sentences, corpus.block) })
  }
  const all = parts.flatMap(({ train }) => train)
  const names = collectNames(all)
  for (const { corpus, train, dev } of parts) {
    const own = await someInOwnTokens(train, corpus, random.fork())
    const copies = [...augmented(own, names, random.fork(), shares)]
    const records = copies
      .filter(isUsed)
      .map(({ tokens, tags, isSure }) => ({ tokens, tags, known: knownRanges({ tokens, tags, isSure }) }))
    writeRecords(join(out, 'train', `${corpus.name}.jsonl`), records)
    writeRecords(join(out, 'dev', `${corpus.name}.jsonl`), dev)
    log(`${corpus.name}: ${train.length} sentences, ${records.length} with copies, ${dev.length} held out`)
  }
  const teams = collectTeams(all)
  if (rows === 0 || teams.length === 0) return
  const made = makeRows(rows, new Map([...names, ['TEAM', teams]]), random.fork())
  writeRecords(join(out, 'train', `${ROWS.name}.jsonl`), made)
  log(`${ROWS.name}: ${made.length} made`)
}

/** Where capitals say nothing, what has no mark in a partly labeled sentence cannot be told. */
function isUsed({ isCaseChanged = false, isSure = true }) {
  return isSure || !isCaseChanged
}

async function someInOwnTokens(sentences, corpus, random) {
  const result = []
  for (const document of documentsOf(sentences, corpus)) {
    if (random.float() >= OWN_TOKENS) result.push(...document)
    else {
      // A document's sentences are one text. Those of a corpus without documents are texts of their own.
      const { isSure } = document[0]
      const texts = document.map(sentence => ({ ...sentence, document: 0 }))
      for await (const record of inOwnTokens(texts))
        result.push(...cutLabeled([record]).map(sentence => ({ ...sentence, isSure })))
    }
  }
  return result
}

function documentsOf(sentences, { block }) {
  if (block) return sentences.map(sentence => [sentence])
  const documents = new Map()
  for (const sentence of sentences) {
    const key = sentence.documentName ?? sentence.document
    if (!documents.has(key)) documents.set(key, [])
    documents.get(key).push(sentence)
  }
  return [...documents.values()]
}
