// Runs in a user's project where the package is installed: what needs threads, files that are loaded late, or a package that only
// some formats need.
import {
  createRedactor,
  evaluate,
  loadTagger,
  readSentences,
  resolveAnyConfig,
  train,
  writeSentences,
} from 'nerite'

const [text] = process.argv.slice(2)
const textsOf = entities => entities.map(entity => entity.text)
const files = { train: 'test.jsonl', dev: 'test.jsonl' }
const said = { epochs: {}, corpora: {} }

const tagger = await loadTagger('en')
said.runtime = tagger.info.runtime
said.found = textsOf(await tagger.tag(text))
const sentences = await all(readSentences('test.jsonl'))
said.f1 = (await evaluate(tagger, { sentences, scheme: 'BIO' })).exact.micro.f1
await tagger.release()

const pool = await loadTagger('en', { workers: 2 })
said.pooled = textsOf(await pool.tag(text))
await pool.release()

for (const [name, file] of Object.entries({
  network: { corpus: files, training: { epochs: 1 } },
  crf: { preset: 'crf', corpus: files, training: { threads: 2 } },
})) {
  said.epochs[name] = 0
  for await (const event of train({ config: resolveAnyConfig({ file }), out: `run-${name}`, force: true }))
    if (event.kind === 'epoch') said.epochs[name]++
}

for (const [format, path] of Object.entries({ parquet: 'copy.parquet', spacy: 'copy.spacy' })) {
  await writeSentences(path, sentences, { format, force: true })
  said.corpora[format] = (await all(readSentences(path))).flatMap(sentence => sentence.tags)
}
said.corpora.jsonl = sentences.flatMap(sentence => sentence.tags)

const rules = await loadTagger('rules.yaml')
said.ruled = textsOf(await rules.tag('Invoice AB-1204 of Acme.'))
const pii = await loadTagger('pii')
const redactor = await createRedactor({ policies: { EMAIL: 'mask' } })
said.redacted = (await pii.redact('Call +1 202-555-0143 or write to ada@example.com', redactor)).text
await rules.release()
await pii.release()
console.log(JSON.stringify(said))

async function all(source) {
  const read = []
  for await (const one of source) read.push(one)
  return read
}
