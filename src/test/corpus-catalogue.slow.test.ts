import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { runCli } from '../cli/testing/run-cli.js'

const FOLDER = '../shared/corpora'
const skip = existsSync(FOLDER) ? false : `the corpora are not in ${FOLDER}`

type Row = readonly [
  file: string,
  sentences: number,
  tokens: number,
  scheme: string,
  types: Record<string, number>,
]

/** Figures of the corpora's catalogue, which were counted by another program. */
const CATALOGUE: readonly Row[] = [
  ['conll2003/eng.train', 14041, 203621, 'IOB1', { LOC: 7140, PER: 6600, ORG: 6321, MISC: 3438 }],
  ['conll2003/eng.testa', 3250, 51362, 'IOB1', { PER: 1842, LOC: 1837, ORG: 1341, MISC: 922 }],
  [
    'wnut2017/wnut17train.conll',
    3394,
    62730,
    'BIO',
    { person: 660, location: 548, group: 264, corporation: 221, product: 142, 'creative-work': 140 },
  ],
  [
    'wnut2017/emerging.dev.conll',
    1009,
    15733,
    'BIO',
    { person: 470, product: 114, 'creative-work': 105, location: 74, group: 39, corporation: 34 },
  ],
  [
    'twitter_hse/train.txt',
    5795,
    99983,
    'BIO',
    {
      'geo-loc': 996,
      person: 886,
      other: 757,
      company: 643,
      product: 318,
      facility: 314,
      musicartist: 232,
      sportsteam: 217,
      movie: 68,
      tvshow: 58,
    },
  ],
  [
    'twitter_hse/validation.txt',
    724,
    12112,
    'BIO',
    {
      'geo-loc': 113,
      person: 112,
      company: 104,
      other: 81,
      facility: 34,
      product: 34,
      musicartist: 28,
      sportsteam: 20,
      movie: 7,
      tvshow: 4,
    },
  ],
  [
    'gmb_kaggle/ner_dataset.csv',
    47959,
    1048575,
    'BIO',
    { geo: 37644, tim: 20333, org: 20143, per: 16990, gpe: 15870, art: 402, eve: 308, nat: 201 },
  ],
  ['bio_bc5cdr/train.tsv', 4560, 118170, 'BIO', { Chemical: 5203, Disease: 4182 }],
  ['bio_bc5cdr/devel.tsv', 4581, 117453, 'BIO', { Chemical: 5347, Disease: 4246 }],
  ['bio_bc5cdr/iobes/devel.tsv', 4581, 117453, 'IOBES', { Chemical: 5347, Disease: 4246 }],
  ['fin_sec/FIN5.txt', 1164, 41010, 'IOB1', { PER: 747, ORG: 243, LOC: 171, MISC: 7 }],
  ['conll2002/ned.train', 15806, 202644, 'BIO', { PER: 4716, MISC: 3338, LOC: 3208, ORG: 2082 }],
  ['conll2002/ned.testa', 2895, 37687, 'BIO', { MISC: 748, PER: 703, ORG: 686, LOC: 479 }],
  ['conll2002/esp.testa.latin1', 1915, 52923, 'BIO', { ORG: 1700, PER: 1222, LOC: 985, MISC: 445 }],
]

for (const [file, sentences, tokens, scheme, types] of CATALOGUE)
  test(`corpus stats --json ${file} gives the catalogue's figures`, { skip }, async () => {
    const { code, stdout, stderr } = await runCli('corpus', 'stats', '--json', `${FOLDER}/${file}`)
    assert.equal(code, 0, stderr)
    const stats = JSON.parse(stdout)
    const entities = Object.values(types).reduce((a, b) => a + b, 0)
    assert.deepEqual(
      [stats.sentences, stats.tokens, stats.entities, stats.scheme],
      [sentences, tokens, entities, scheme],
    )
    assert.deepEqual(stats.types, types)
  })

test('ill-formed tags, documents and guessed encodings are reported', { skip }, async () => {
  const read = async (file: string, ...options: string[]) => {
    const { stdout, stderr } = await runCli('corpus', 'stats', '--json', `${FOLDER}/${file}`, ...options)
    return { ...JSON.parse(stdout), stderr }
  }
  const train = await read('conll2003/eng.train')
  assert.deepEqual([train.illFormed, train.documents, train.notes], [2, 946, []])
  assert.equal((await read('conll2002/ned.train')).documents, 287)
  const spanish = await read('conll2002/esp.testa.latin1')
  assert.deepEqual([spanish.encoding, spanish.illFormed, spanish.notes.length], ['windows-1252', 1, 1])
  assert.match(spanish.stderr, /note .*esp\.testa\.latin1:18: byte 0xF1 is not UTF-8, .* windows-1252/)
  const told = await read('conll2002/esp.testa.latin1', '--encoding', 'latin1')
  assert.deepEqual([told.encoding, told.notes, told.entities], ['latin1', [], 4352])
})

test('the German file: outer layer by default, inner layer on demand', { skip }, async () => {
  const file = `${FOLDER}/germeval2014/NER-de-dev.tsv`
  const outer = JSON.parse((await runCli('corpus', 'stats', '--json', file)).stdout)
  assert.deepEqual([outer.sentences, outer.tokens, outer.entities], [2200, 41653, 2674])
  assert.deepEqual([outer.types.LOC, outer.types.PER, outer.types.ORG, outer.types.OTH], [763, 711, 496, 269])
  const inner = JSON.parse((await runCli('corpus', 'stats', '--json', '--tag-column', '4', file)).stdout)
  assert.equal(inner.entities, 212)
})

test('four tokens of the Kaggle file are a single 0x85, however it is decoded', { skip }, async () => {
  const { loadCorpus } = await import('../corpus/node/read-corpus.js')
  const count = async (encoding: 'latin1' | 'windows-1252', token: string) => {
    const { sentences } = await loadCorpus(`${FOLDER}/gmb_kaggle/ner_dataset.csv`, { encoding })
    return sentences.reduce((sum, { tokens }) => sum + tokens.filter(each => each === token).length, 0)
  }
  assert.equal(await count('latin1', '\u0085'), 4)
  assert.equal(await count('windows-1252', '…'), 4)
})
