import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** Words of language processing, which the engine must not know. Parts of words count too: `tokenIds`, `TAG_COUNT`. */
const FORBIDDEN = new Set(
  [
    ...['token', 'tokens', 'tokenize', 'tokenizer', 'tag', 'tags', 'tagged', 'tagger', 'tagging', 'taggings'],
    ...[
      'sentence',
      'sentences',
      'word',
      'words',
      'entity',
      'entities',
      'mention',
      'mentions',
      'ner',
      'conll',
    ],
    ...['corpus', 'corpora', 'vocabulary', 'vocabularies', 'vocab', 'gazetteer', 'linguistic', 'language'],
    ...['grammar', 'affix', 'affixes', 'lemma', 'bilou', 'iobes'],
  ].map(word => word.toLowerCase()),
)

/** Identifiers come apart at capitals and underscores. */
function wordsOf(line: string): string[] {
  return (line.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? []).map(word => word.toLowerCase())
}

test('the engine has no word of language in code, comments, messages and tests', () => {
  const root = resolve(fileURLToPath(new URL('.', import.meta.url)), '../../src')
  const files = readdirSync(join(root, 'engine'), { recursive: true })
    .map(file => join('engine', String(file)))
    .filter(file => file.endsWith('.ts'))
    .concat('engine.ts', 'engine-node.ts')
  let lines = 0
  const found: string[] = []
  for (const file of files)
    for (const [at, line] of readFileSync(join(root, file), 'utf8').split('\n').entries()) {
      lines++
      const wrong = wordsOf(`${at === 0 ? file : ''} ${line}`).filter(word => FORBIDDEN.has(word))
      if (wrong.length > 0) found.push(`${file}:${at + 1}: ${wrong.join(', ')}`)
    }
  assert.ok(files.length > 100 && lines > 10_000, `${files.length} files, ${lines} lines`)
  assert.deepEqual(wordsOf('const TOKEN_IDS = tokenIds(aTag, IOBES2)'), [
    ...['const', 'token', 'ids', 'token', 'ids', 'a', 'tag', 'iobes'],
  ])
  assert.deepEqual(found, [])
})
