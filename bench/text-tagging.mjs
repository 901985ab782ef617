// Words of running text per CPU second: all of `tag(texts)`, with and without scores, beside its parts, and spaCy with both of its
// libraries for products of matrices, in turns.
//
//   npm run build && node bench/text-tagging.mjs --model en [--spacy PYTHON] [--spacy-model NAME] [--rounds 5]
import { readFileSync } from 'node:fs'
import { loadTagger } from '../dist/index.js'
import { alternate } from './lib/alternate.mjs'
import { commandLine, corpusOption } from './lib/command-line.mjs'
import { startContender } from './lib/contender.mjs'
import { machine } from './lib/machine.mjs'
import { figure, markdownTable } from './lib/table.mjs'

const { values } = commandLine({
  script: 'text-tagging.mjs',
  about: `Words of running text per CPU second, on one thread: cutting it, tagging its tokens, and all of tag(texts), with and without
scores; and spaCy's entity recognizer alone with each of its two libraries for products of matrices, in turns.`,
  options: {
    model: { value: 'MODEL', default: 'en', help: 'a run folder or an installed model' },
    spacy: { value: 'PYTHON', help: 'a Python with spaCy: measure against it' },
    'spacy-model': {
      value: 'NAME',
      default: 'en_core_web_sm',
      help: 'the model of spaCy, or the package that holds it',
    },
    corpus: corpusOption('../shared/corpora/conll2003/eng.testa'),
    sentences: { value: 'N', default: '1000', help: 'sentences of the corpus, five to a text' },
    rounds: { value: 'N', default: '5', help: 'turns per contender' },
  },
  example: '--model en --spacy .venv/bin/python',
})
const sentences = readFileSync(values.corpus, 'utf8')
  .split('\n\n')
  .slice(0, Number(values.sentences))
  .map(lines => lines.split('\n').map(line => line.split(' ')[0]))
const texts = []
for (let at = 0; at < sentences.length; at += 5)
  texts.push(
    sentences
      .slice(at, at + 5)
      .flat()
      .join(' '),
  )
const words = sentences.flat().length

const cpu = async work => {
  const { user, system } = process.cpuUsage()
  await work()
  const used = process.cpuUsage({ user, system })
  return (used.user + used.system) / 1e6 / words
}

const tagger = await loadTagger(values.model, { threads: 1, onNotice: () => {} })
const peers = []
for (const blas of values.spacy ? ['blis', 'numpy'] : []) {
  const env = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const peer = startContender(`spaCy, ${blas}`, values.spacy, ['bench/peers/spacy_ner.py'], env)
  const { version } = await peer.ask({ do: 'load', model: values['spacy-model'], blas })
  peers.push({ ...peer, version })
}
try {
  console.log([machine(), ...peers.map(({ version }) => version)].join('; '))
  const results = await alternate(
    [
      { name: 'tag(texts)', run: () => cpu(() => tagger.tag(texts)) },
      { name: 'tag(texts) without scores', run: () => cpu(() => tagger.tag(texts, { scores: false })) },
      {
        name: 'cutting alone',
        run: () => cpu(async () => texts.map(text => tagger.tokenizer.segment(text))),
      },
      { name: 'tagTokens, of given tokens', run: () => cpu(() => tagger.tagTokens(sentences)) },
      ...peers.map(({ name, ask }) => ({
        name,
        run: async () => (await ask({ do: 'tag', texts })).seconds / words,
      })),
    ],
    Number(values.rounds),
  )
  console.log(
    markdownTable(
      [`${words} words`, 'words per CPU second'],
      results.map(({ name, cost }) => [name, figure(1 / cost)]),
    ),
  )
} finally {
  for (const peer of peers) peer.close()
  await tagger.release()
}
