// Rules in an experiment: nothing is trained, so a rules file is scored on the development part as it is.
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { loadCorpus } from '../../dist/corpus/node/read-corpus.js'
import { loadTagger } from '../../dist/recognize/node/load-tagger.js'
import { parseRules } from '../../dist/rules/file/parse-rules.js'
import { lenientSpans } from '../../dist/tags/lenient-spans.js'
import { evaluateOn } from '../../dist/workflows/node/evaluate-run.js'
import { dataFolder, prepareFiles } from './corpora.mjs'
import { taggingSpeed } from './measures.mjs'
import { counted, machineNow } from './record.mjs'
import { saveRecord } from './results.mjs'

/** Stands for a rules file that lists all names of the training part, each with its most frequent type. */
export const TRAINING_NAMES = 'the names of the training part'

/** @param run of a definition, with `rules`: a rules file, relative to the project, or `TRAINING_NAMES` */
export function rulesFileOf(run, part, { root, runs }) {
  return run.rules === TRAINING_NAMES ? join(namesFolder(part, runs), 'rules.json') : join(root, run.rules)
}

const namesFolder = (part, runs) => join(dataFolder(runs), `${part}-names`)

/** What a record of these rules is valid for: the file, with its bytes, and the corpus. */
export function rulesConfig(run, part, files, options) {
  const file = rulesFileOf(run, part, options)
  return {
    recognizer: 'rules',
    rules: file,
    ...(run.rules !== TRAINING_NAMES && {
      sha256: createHash('sha256').update(readFileSync(file)).digest('hex'),
    }),
    corpus: { train: [{ file: files.train }], dev: files.dev },
  }
}

/** Scores the rules and records the result. @returns `done` */
export async function scoreRules(planned, options, log) {
  const { run, part, id, experiment, command, symbolic } = planned
  const load = loadavg()[0]
  await prepareFiles(part, options, log)
  const config = planned.config()
  if (run.rules === TRAINING_NAMES)
    await listNames(config.corpus.train[0].file, namesFolder(part, options.runs))
  const { sentences } = await loadCorpus(config.corpus.dev)
  const tagger = await loadTagger(config.rules)
  try {
    const { scores } = await evaluateOn(tagger, config.corpus.dev, { mode: 'conlleval' })
    const { rules } = parseRules(readFileSync(config.rules, 'utf8'), config.rules).spec
    const lists = rules.flatMap(({ file }) => (file ? [join(dirname(config.rules), file)] : []))
    saveRecord(options.results, experiment, {
      id,
      run: run.name,
      corpus: run.corpus,
      part,
      seed: 1,
      command,
      seconds: null,
      epochs: 0,
      updates: null,
      bestEpoch: null,
      parameters: null,
      rules: rules.length,
      dev: {
        ...counted(scores.exact.micro),
        types: Object.fromEntries(
          Object.entries(scores.exact.types).map(([type, own]) => [type, counted(own)]),
        ),
      },
      curve: [],
      machine: machineNow(load, options.jobs),
      costs: {
        tokensPerCpuSecond: await taggingSpeed(tagger, sentences),
        bytes: [config.rules, ...lists].reduce((sum, file) => sum + statSync(file).size, 0),
        relaxed: Number((scores.relaxed.type.f1 ?? 0).toFixed(4)),
      },
      config: symbolic(config),
    })
    return 'done'
  } finally {
    await tagger.release()
  }
}

/** Writes the rules file `TRAINING_NAMES` and its lists, one for each type. */
async function listNames(train, folder) {
  const { sentences } = await loadCorpus(train)
  /** How often each name has each type. */
  const counts = new Map()
  for (const { tokens, tags } of sentences)
    for (const { start, end, type } of lenientSpans(tags)) {
      const name = tokens.slice(start, end).join(' ')
      const own = counts.get(name) ?? new Map()
      counts.set(name, own.set(type, (own.get(type) ?? 0) + 1))
    }
  const byType = new Map()
  for (const [name, own] of counts) {
    const [[type]] = [...own].sort((a, b) => b[1] - a[1])
    byType.set(type, [...(byType.get(type) ?? []), name])
  }
  mkdirSync(folder, { recursive: true })
  for (const [type, names] of byType) writeFileSync(join(folder, `${type}.txt`), `${names.join('\n')}\n`)
  const rules = [...byType.keys()].map(type => ({ type, file: `${type}.txt` }))
  writeFileSync(join(folder, 'rules.json'), `${JSON.stringify({ rules })}\n`)
}
