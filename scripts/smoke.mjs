// Packs the package and uses it as its users do: `node scripts/smoke.mjs` after a build, about two minutes; `--all` adds other
// versions of Node.js, Bun, Deno and Vite, which are downloaded; `--only=NAME` does one of those. Everything happens in a scratch
// folder, which is removed.
import { deepStrictEqual } from 'node:assert'
import { spawn } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkPage } from './smoke/page.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
/** What is run under every runtime. */
const FEATURES = 'scripts/smoke/features.mjs'
const SERVER = 'scripts/smoke/server.mjs'
const scratch = mkdtempSync(join(tmpdir(), 'nerite-smoke-'))
const only = process.argv.find(arg => arg.startsWith('--only='))?.slice('--only='.length)
const all = process.argv.includes('--all')
/** The most that the package and its dependencies may take without native kernels. */
const MOST_BYTES = 40e6
const RUNTIMES = { 'Node.js 22': 'node@22', 'Node.js 24': 'node@24', Bun: 'bun@1', Deno: 'deno@2' }
const SENTENCE = 'Angela Merkel met Emmanuel Macron in Berlin.'
const NAMES = ['Angela Merkel', 'Emmanuel Macron', 'Berlin']
const PREDICT = ['predict', 'en', '--json', '--text', SENTENCE]
const REMEDY = 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node'
/** Where nothing listens: what the install step of onnxruntime-node reads, and npm does not. */
const NO_CUDA = {
  GLOBAL_AGENT_HTTP_PROXY: 'http://127.0.0.1:9',
  GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9',
}

const RULES = `rules:
  - type: INVOICE
    regex: '\\b[A-Z]{2}-\\d{3,5}\\b'
`
const LABELED = {
  text: SENTENCE,
  entities: NAMES.map((name, i) => {
    const start = SENTENCE.indexOf(name)
    return { start, end: start + name.length, type: i < 2 ? 'PERSON' : 'GPE' }
  }),
}

/** The programs that run now, each the leader of a group of its own. */
const running = new Set()
process.on('exit', () => {
  for (const { pid } of running) stop(pid)
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 })
})
for (const [signal, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 }))
  process.on(signal, () => process.exit(code))

let failures = 0
const skipped = []
await main()
for (const reason of skipped) console.log(`skipped: ${reason}`)
if (failures > 0) {
  console.error(`${failures} of the steps failed`)
  process.exitCode = 1
}

async function main() {
  const [nerite, english] = [await pack(root), await pack(join(root, 'models/en'))]
  const web = project('web')
  const native = project('native')
  if (only === undefined) await standard({ nerite, english, web, native })
  else {
    await install(web, ['--omit=optional', nerite, english])
    await install(native, [nerite, english], { ONNXRUNTIME_NODE_INSTALL: 'skip' })
  }
  if (!all && only === undefined) {
    skipped.push(`${Object.keys(RUNTIMES).join(', ')} and Vite, which are downloads: run with --all`)
    return
  }
  for (const [name, spec] of Object.entries(RUNTIMES))
    if (only === undefined || spec.startsWith(only)) await runtime({ name, spec, web, native })
  if (only !== undefined && only !== 'vite') return
  await step('a page made by Vite', async () => {
    // Vite needs optional packages of its own.
    await install(native, ['vite@8.4.0'], { ONNXRUNTIME_NODE_INSTALL: 'skip' })
    return page(native, 'vite')
  })
  await step("a page of Vite's development server", () => page(native, 'vite-dev'))
}

async function standard({ nerite, english, web, native }) {
  await step('publint', () => run(join(root, 'node_modules/.bin/publint'), ['run', nerite, '--strict']))
  await step('are the types wrong?', () =>
    run(join(root, 'node_modules/.bin/attw'), [
      nerite,
      '--profile',
      'esm-only',
      '--exclude-entrypoints',
      './ort-wasm-simd-threaded.wasm',
      '--no-color',
    ]),
  )
  await step('npm install --omit=optional: small, and no warning', async () => {
    const { stderr } = await install(web, ['--omit=optional', nerite, english])
    if (/install.scripts|EBADENGINE|deprecated/i.test(stderr)) throw new Error(`npm warns:\n${stderr}`)
    const bytes = sizeOf(join(web, 'node_modules')) - sizeOf(join(web, 'node_modules/@nerite'))
    if (bytes > MOST_BYTES) throw new Error(`${bytes} bytes are installed, more than ${MOST_BYTES}`)
    return `${(bytes / 1e6).toFixed(1)} MB of at most ${MOST_BYTES / 1e6}`
  })
  await step('npm ls', () => checkTree(web))
  await step('installed globally, in an empty folder', async () => {
    const [prefix, empty] = [join(scratch, 'global'), join(scratch, 'empty')]
    for (const folder of [prefix, empty]) mkdirSync(folder)
    await install(empty, ['--global', '--prefix', prefix, '--omit=optional', nerite, english])
    checkPredicted(await run(join(prefix, 'bin/nerite'), PREDICT, { cwd: empty }))
    if (readdirSync(empty).length > 0) throw new Error(`it left ${readdirSync(empty).join(', ')}`)
  })
  await step(`Node.js ${process.versions.node}, WebAssembly`, () => use(web, process.execPath, [], 'web'))
  await step('a page made by esbuild', () => page(web, 'esbuild'))
  await step('a page without a bundler', () => page(web, 'none'))
  await step('npm install, the CUDA host unreachable', async () => {
    await install(native, [nerite, english], NO_CUDA)
    if (!existsSync(join(native, 'node_modules/onnxruntime-node'))) {
      const { stderr } = await nerites(native, process.execPath, [], PREDICT)
      if (!stderr.includes(REMEDY)) throw new Error(`the remedy is not named:\n${stderr}`)
      await install(native, ['onnxruntime-node'], { ...NO_CUDA, ONNXRUNTIME_NODE_INSTALL: 'skip' })
      return 'left out by npm; the remedy that Nerite names installed it'
    }
    return 'native kernels are installed'
  })
  await step('npm ls, with native kernels', () => checkTree(native))
  await step(`Node.js ${process.versions.node}, native kernels`, () =>
    use(native, process.execPath, [], 'node'),
  )
}

async function runtime({ name, spec, web, native }) {
  const home = project(spec)
  const program = spec.split('@')[0]
  const bin = join(home, 'node_modules/.bin', program)
  const before = program === 'bun' ? ['run'] : program === 'deno' ? ['run', '-A'] : []
  let isHere = false
  await step(`npm install ${spec}`, async () => {
    await install(home, [spec])
    const { stdout } = await run(bin, ['--version'])
    isHere = true
    return stdout.trim().split('\n')[0]
  })
  if (!isHere) return
  await step(`${name}, WebAssembly`, () => use(web, bin, before, 'web'))
  await step(`${name}, native kernels`, () => use(native, bin, before, 'node'))
}

async function step(name, work) {
  const began = Date.now()
  try {
    const said = await work()
    const note = typeof said === 'string' ? `: ${said}` : ''
    console.log(`ok      ${name}${note} (${((Date.now() - began) / 1000).toFixed(0)} s)`)
  } catch (error) {
    failures++
    console.log(`FAILED  ${name}\n${String(error.message).replace(/^/gm, '        ')}`)
  }
}

async function run(command, args, { cwd = scratch, env = {}, input = '' } = {}) {
  const { NERITE_RUNTIME: _, ONNXRUNTIME_NODE_INSTALL: __, ...inherited } = process.env
  const child = spawn(command, args, {
    cwd,
    detached: true,
    env: { ...inherited, NO_COLOR: '1', ...env },
  })
  running.add(child)
  const said = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'])
    child[name].setEncoding('utf8').on('data', text => {
      said[name] += text
    })
  child.stdin.on('error', () => {}).end(input)
  try {
    const status = await new Promise((done, fail) => {
      child.on('error', fail)
      child.on('close', (code, signal) => done(code ?? signal))
    })
    if (status === 0) return said
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${said.stdout}${said.stderr}`)
  } finally {
    running.delete(child)
  }
}

function stop(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

async function pack(folder) {
  const { stdout } = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], {
    cwd: folder,
  })
  const packed = JSON.parse(stdout)
  const { filename } = Object.values(packed)[0]
  return join(scratch, filename.replace('@', '').replace('/', '-'))
}

function project(name) {
  const folder = join(scratch, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n')
  writeFileSync(join(folder, 'rules.yaml'), RULES)
  for (const script of [FEATURES, SERVER]) copyFileSync(join(root, script), join(folder, basename(script)))
  writeFileSync(join(folder, 'test.jsonl'), `${JSON.stringify(LABELED)}\n`)
  return folder
}

function install(folder, args, env = {}) {
  return run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...args], { cwd: folder, env })
}

function nerites(folder, program, before, args, input) {
  return run(program, [...before, join('node_modules', 'nerite', 'lib', 'nerite.js'), ...args], {
    cwd: folder,
    input,
  })
}

/** Tags by the command and by the interface, does what `smoke/features.mjs` does, and serves. */
async function use(folder, program, before, runtime) {
  checkPredicted(await nerites(folder, program, before, PREDICT))
  const record = JSON.stringify({ id: 7, text: SENTENCE })
  const piped = JSON.parse((await nerites(folder, program, before, ['pipe', 'en'], `${record}\n`)).stdout)
  if (piped.id !== 7) throw new Error(JSON.stringify(piped))
  checkNames(piped.entities.map(({ text }) => text))
  const { stdout } = await run(program, [...before, basename(FEATURES), SENTENCE], { cwd: folder })
  const { corpora, ...said } = JSON.parse(stdout.trim().split('\n').at(-1))
  const tags = ['B-PERSON', 'I-PERSON', 'O', 'B-PERSON', 'I-PERSON', 'O', 'B-GPE', 'O']
  deepStrictEqual(corpora, { jsonl: tags, parquet: tags, spacy: tags })
  if (!(said.epochs.crf > 0)) throw new Error(JSON.stringify(said))
  deepStrictEqual(said, {
    runtime,
    found: NAMES,
    f1: 1,
    pooled: NAMES,
    epochs: { network: 1, crf: said.epochs.crf },
    ruled: ['AB-1204'],
    redacted: 'Call [PHONE] or write to ***************',
  })
  const served = await run(program, [...before, basename(SERVER), SENTENCE], { cwd: folder })
  deepStrictEqual(JSON.parse(served.stdout.trim().split('\n').at(-1)), {
    found: NAMES,
    refused: 415,
    ready: 200,
    metrics: true,
    lines: ['id,offsets,entities', 'id,error'],
  })
}

/** Nothing that the installed packages ask for is missing, of another version, or too much. */
async function checkTree(folder) {
  const { stdout } = await run('npm', ['ls', '--all', '--json'], { cwd: folder })
  const { problems = [] } = JSON.parse(stdout)
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

function checkPredicted({ stdout }) {
  checkNames(JSON.parse(stdout)[0].entities.map(({ text }) => text))
}

function checkNames(found) {
  if (found.join() !== NAMES.join())
    throw new Error(`expected ${NAMES.join(', ')}, found ${found.join(', ')}`)
}

async function page(folder, bundler) {
  const { skip, found, requests } = await checkPage({ folder, bundler, text: SENTENCE, root, run })
  if (skip) {
    skipped.push(`${bundler === 'none' ? 'a page' : bundler}: ${skip}`)
    return 'skipped'
  }
  checkNames(found)
  const weights = requests.filter(path => /model\.(onnx|safetensors)$/.test(path))
  if (weights.length !== 1)
    throw new Error(`weights were fetched ${weights.length} times: ${weights.join(', ')}`)
}

function sizeOf(path) {
  if (!existsSync(path)) return 0
  if (!statSync(path).isDirectory()) return statSync(path).size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}
