// From the start of a process to the first entities of one sentence: a program that loads the library, the command, and spaCy,
// each in a new process, in turns.
//
//   npm run build && node bench/cold-start.mjs --model RUN [--before FOLDER --before-model RUN] [--spacy PYTHON]
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { commandLine } from './lib/command-line.mjs'
import { machine } from './lib/machine.mjs'
import { figure, markdownTable } from './lib/table.mjs'

const { values } = commandLine({
  script: 'cold-start.mjs',
  about: `Seconds from the start of a process to the first entities of one sentence, of a program that loads the library and of nerite
predict, and their CPU seconds; another version of the same; and spaCy with all of a model and with its entity recognizer alone. Each run
is a new process, in turns; files are in the system's cache.`,
  options: {
    model: { value: 'MODEL', default: 'en', help: 'a run folder or an installed model' },
    lib: { value: 'FOLDER', default: 'lib', help: 'the package’s modules' },
    before: { value: 'FOLDER', help: 'the modules of another version (its lib/ or dist/)' },
    'before-model': { value: 'MODEL', help: 'the model for it; default: the same' },
    spacy: { value: 'PYTHON', help: 'a Python with spaCy' },
    'spacy-model': {
      value: 'NAME',
      default: 'en_core_web_sm',
      help: 'its model, or the package that holds it',
    },
    rounds: { value: 'N', default: '7', help: 'processes of each' },
  },
  example: '--model runs/a --spacy .venv/bin/python',
})

const TEXT = 'Ada Lovelace wrote to Charles Babbage from London.'

const library = (lib, model) => [
  process.execPath,
  '--input-type=module',
  '-e',
  `const { loadTagger } = await import(${JSON.stringify(`${resolve(lib)}/index.js`)})
const tagger = await loadTagger(${JSON.stringify(model)})
console.log((await tagger.tag(${JSON.stringify(TEXT)})).length)
process.exit(0)`,
]
const command = (lib, model) => [
  process.execPath,
  `${resolve(lib)}/${/dist\/?$/.test(lib) ? 'cli/' : ''}nerite.js`,
  ...['predict', model, '--text', TEXT],
]
const spacy = exclude => [
  values.spacy,
  '-c',
  `import importlib, spacy
name, exclude = ${JSON.stringify(values['spacy-model'])}, ${JSON.stringify(exclude)}
try: nlp = spacy.load(name, exclude=exclude)
except OSError: nlp = importlib.import_module(name).load(exclude=exclude)
print(len(nlp(${JSON.stringify(TEXT)}).ents))`,
]
const OTHERS = ['tagger', 'parser', 'attribute_ruler', 'lemmatizer', 'senter']

const former = values['before-model'] ?? values.model
const contenders = {
  'library: loadTagger, tag': library(values.lib, values.model),
  'nerite predict': command(values.lib, values.model),
  ...(values.before && {
    'library, before': library(values.before, former),
    'nerite predict, before': command(values.before, former),
  }),
  ...(values.spacy && {
    'spaCy, all of the model': spacy([]),
    'spaCy, its entity recognizer alone': spacy(OTHERS),
  }),
}

/** What a process takes, start and end included. */
function timed([program, ...args]) {
  // The shell's own clock also knows the CPU time of what it started.
  const script = 'TIMEFORMAT="%R %U %S"; time "$0" "$@" > /dev/null 2> /dev/null'
  const [wall, user, system] = execFileSync('bash', ['-c', `{ ${script}; } 2>&1`, program, ...args], {
    encoding: 'utf8',
  })
    .trim()
    .split(' ')
    .map(Number)
  return { wall, cpu: user + system }
}

const median = numbers => numbers.sort((a, b) => a - b)[numbers.length >> 1]

console.log(machine())
const found = Object.fromEntries(Object.keys(contenders).map(name => [name, []]))
for (const words of Object.values(contenders)) timed(words)
for (let round = 0; round < Number(values.rounds); round++)
  for (const [name, words] of Object.entries(contenders)) found[name].push(timed(words))
console.log(
  markdownTable(
    [`first entities, medians of ${values.rounds}`, 'seconds', 'CPU seconds'],
    Object.entries(found).map(([name, runs]) => [
      name,
      ...['wall', 'cpu'].map(kind => figure(median(runs.map(run => run[kind])))),
    ]),
  ),
)
