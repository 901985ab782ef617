import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { detectScheme } from './detect-scheme.js'
import { findIllFormed } from './ill-formed.js'
import { lenientSpans } from './lenient-spans.js'
import { isTag, parseScheme, parseTag, type Scheme, TagError } from './scheme.js'

const CORPORA = '../shared/corpora'
const skip = existsSync(CORPORA) ? false : `no ${CORPORA}`

/** An independent reader: the tag is the last column, and blank or one-field lines separate sentences. */
function lastColumns(file: string): string[][] {
  const sentences: string[][] = [[]]
  for (const line of readFileSync(`${CORPORA}/${file}`, 'latin1').split(/\r?\n/)) {
    const fields = line.split(/[ \t]+/).filter(field => field !== '')
    if (fields.length < 2) sentences.push([])
    else if (fields[0] !== '-DOCSTART-' || file.startsWith('conll2002'))
      sentences[sentences.length - 1].push(fields[fields.length - 1])
  }
  return sentences
}

function kaggle(file: string): string[][] {
  const sentences: string[][] = []
  for (const line of readFileSync(`${CORPORA}/${file}`, 'latin1').split('\r\n').slice(1)) {
    if (line === '') continue
    if (line.startsWith('Sentence')) sentences.push([])
    sentences[sentences.length - 1].push(line.slice(line.lastIndexOf(',') + 1))
  }
  return sentences
}

/** file, scheme, ill-formed tags, entities: the figures of the catalogue. */
const CATALOGUE: readonly (readonly [string, Scheme, number, number])[] = [
  ['conll2003/eng.train', 'IOB1', 2, 23_499],
  ['conll2003/eng.testa', 'IOB1', 0, 5_942],
  ['wnut2017/wnut17train.conll', 'BIO', 0, 1_975],
  ['wnut2017/emerging.dev.conll', 'BIO', 0, 836],
  ['twitter_hse/train.txt', 'BIO', 0, 4_489],
  ['twitter_hse/validation.txt', 'BIO', 0, 537],
  ['gmb_kaggle/ner_dataset.csv', 'BIO', 0, 111_891],
  ['bio_bc5cdr/train.tsv', 'BIO', 0, 9_385],
  ['bio_bc5cdr/devel.tsv', 'BIO', 0, 9_593],
  ['bio_bc5cdr/iobes/devel.tsv', 'IOBES', 0, 9_593],
  ['fin_sec/FIN5.txt', 'IOB1', 0, 1_168],
  ['conll2002/ned.train', 'BIO', 0, 13_344],
  ['conll2002/ned.testa', 'BIO', 0, 2_616],
  ['conll2002/esp.testa.latin1', 'BIO', 1, 4_352],
]

for (const [file, scheme, illFormed, entities] of CATALOGUE)
  test(`${file} is ${scheme} with ${illFormed} ill-formed tags and ${entities} entities`, { skip }, () => {
    const sentences = file.endsWith('.csv') ? kaggle(file) : lastColumns(file)
    const found = detectScheme(sentences)
    assert.equal(found.scheme, scheme)
    assert.equal(found.illFormed, illFormed)
    assert.equal(
      sentences.reduce((sum, tags) => sum + findIllFormed(tags, scheme).length, 0),
      illFormed,
    )
    assert.equal(
      sentences.reduce((sum, tags) => sum + lenientSpans(tags).length, 0),
      entities,
    )
  })

test('small corpora: which schemes fit, and the guess if more than one does', () => {
  const schemeOf = (...tags: string[]) => detectScheme(tags.map(line => line.split(' '))).scheme
  assert.equal(schemeOf('O O'), 'BIO')
  assert.equal(schemeOf('I-A I-A O'), 'IOB1')
  assert.equal(schemeOf('I-A B-A O'), 'IOB1')
  assert.equal(schemeOf('B-A I-A O'), 'BIO')
  assert.equal(schemeOf('B-A O B-B'), 'BIO')
  assert.equal(schemeOf('S-A O B-B E-B'), 'IOBES')
  assert.equal(schemeOf('U-A O B-B L-B'), 'BILOU')
  assert.deepEqual(detectScheme([['I-A', 'O']]).fits, ['IOB1', 'IO'])
  assert.equal(detectScheme([]).entityTags, 0)
})

test('tags are split at the first hyphen, and anything else is refused', () => {
  assert.deepEqual(parseTag('B-creative-work'), { prefix: 'B', type: 'creative-work' })
  assert.deepEqual(parseTag('O'), { prefix: 'O', type: '' })
  for (const bad of ['', 'B', 'B-', 'PER', 'X-PER', 'b-PER', 'O-PER', '-PER', ' B-PER']) {
    assert.equal(isTag(bad), false)
    assert.throws(
      () => parseTag(bad),
      (error: unknown) => error instanceof TagError && error.code === 'tags/malformed',
    )
  }
  assert.equal(parseScheme('iob2'), 'BIO')
  assert.equal(parseScheme('bioes'), 'IOBES')
  assert.throws(() => parseScheme('brackets'), /one of IO, IOB1, BIO, IOBES, BILOU, BMES, BMEWO/)
  const where = { file: 'tags.json', field: 'scheme' }
  assert.throws(
    () => parseScheme('brackets', where),
    (error: unknown) => error instanceof TagError && error.faults[0].where === where,
  )
})

test('the schemes of Chinese corpora and of LingPipe are told apart from IOBES', () => {
  const cases: readonly (readonly [string, Scheme, number])[] = [
    ['B-NAME M-NAME E-NAME O S-CONT S-CONT', 'BMES', 3],
    ['B-PER.NAM E-PER.NAM O B-GPE.NAM M-GPE.NAM M-GPE.NAM E-GPE.NAM', 'BMES', 2],
    ['W-PER W-PER O B-LOC M-LOC E-LOC', 'BMEWO', 3],
    ['B-PER E-PER O S-LOC', 'IOBES', 2],
  ]
  for (const [tags, scheme, entities] of cases) {
    const found = detectScheme([tags.split(' ')])
    assert.deepEqual([found.scheme, found.illFormed], [scheme, 0], tags)
    assert.equal(lenientSpans(tags.split(' ')).length, entities)
  }
  assert.equal(parseScheme('bmes'), 'BMES')
})
