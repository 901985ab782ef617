// Packs the package and uses it as its users do: `node scripts/smoke.mjs` after a build, about two minutes; `--all` adds other
// versions of Node.js, Bun, Deno and Vite, which are downloaded. Everything happens in a scratch folder, which is removed.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkPage } from './smoke/page.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'nerite-smoke-'))
const all = process.argv.includes('--all')
/** The most that the package and its dependencies may take without native kernels. */
const MOST_BYTES = 40e6
const RUNTIMES = { 'Node.js 22': 'node@22', 'Node.js 24': 'node@24', Bun: 'bun@1', Deno: 'deno@2' }
const SENTENCE = 'Angela Merkel met Emmanuel Macron in Berlin.'
const NAMES = ['Angela Merkel', 'Emmanuel Macron', 'Berlin']
const REMEDY = 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node'
/** Where nothing listens: what the install step of onnxruntime-node reads, and npm does not. */
const NO_CUDA = {
  GLOBAL_AGENT_HTTP_PROXY: 'http://127.0.0.1:9',
  GLOBAL_AGENT_HTTPS_PROXY: 'http://127.0.0.1:9',
}

const API = `
import { evaluate, loadTagger, readSentences, resolveConfig, train } from 'nerite'
const tagger = await loadTagger('en')
const found = (await tagger.tag(${JSON.stringify(SENTENCE)})).map(({ text }) => text)
const sentences = []
for await (const sentence of readSentences('test.jsonl')) sentences.push(sentence)
const { exact } = await evaluate(tagger, { sentences, scheme: 'BIO' })
await tagger.release()
const config = resolveConfig({ file: { corpus: { train: 'test.jsonl', dev: 'test.jsonl' }, training: { epochs: 1 } } })
let epochs = 0
for await (const event of train({ config, out: 'run' })) if (event.kind === 'epoch') epochs++
console.log(JSON.stringify({ found, f1: exact.micro.f1, epochs, runtime: tagger.info.runtime }))
`
const LABELED = {
  text: SENTENCE,
  entities: NAMES.map((name, i) => {
    const start = SENTENCE.indexOf(name)
    return { start, end: start + name.length, type: i < 2 ? 'PERSON' : 'GPE' }
  }),
}

let failures = 0
const skipped = []
try {
  await main()
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
for (const reason of skipped) console.log(`skipped: ${reason}`)
if (failures > 0) {
  console.error(`${failures} of the steps failed`)
  process.exitCode = 1
}

async function main() {
  const [nerite, english] = [pack(root), pack(join(root, 'models/en'))]
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
  const web = project('web')
  await step('npm install --omit=optional: small, and no warning', () => {
    const { stderr } = install(web, ['--omit=optional', nerite, english])
    if (/install.scripts|EBADENGINE|deprecated/i.test(stderr)) throw new Error(`npm warns:\n${stderr}`)
    const bytes = sizeOf(join(web, 'node_modules')) - sizeOf(join(web, 'node_modules/@nerite'))
    if (bytes > MOST_BYTES) throw new Error(`${bytes} bytes are installed, more than ${MOST_BYTES}`)
    return `${Math.round(bytes / 1e6)} MB`
  })
  await step(`Node.js ${process.versions.node}, WebAssembly`, () => use(web, process.execPath, [], 'web'))
  await step('a page made by esbuild', () => page(web, 'esbuild'))
  await step('a page without a bundler', () => page(web, 'none'))
  const native = project('native')
  await step('npm install, the CUDA host unreachable', () => {
    install(native, [nerite, english], NO_CUDA)
    if (!existsSync(join(native, 'node_modules/onnxruntime-node'))) {
      const { stderr } = nerites(native, process.execPath, [], ['predict', 'en', '--text', SENTENCE])
      if (!stderr.includes(REMEDY)) throw new Error(`the remedy is not named:\n${stderr}`)
      install(native, ['onnxruntime-node'], { ...NO_CUDA, ONNXRUNTIME_NODE_INSTALL: 'skip' })
      return 'left out by npm; the remedy that Nerite names installed it'
    }
    return 'native kernels are installed'
  })
  await step(`Node.js ${process.versions.node}, native kernels`, () =>
    use(native, process.execPath, [], 'node'),
  )
  if (!all) {
    skipped.push(`${Object.keys(RUNTIMES).join(', ')} and Vite, which are downloads: run with --all`)
    return
  }
  for (const [name, spec] of Object.entries(RUNTIMES)) {
    const home = project(spec)
    const program = spec.split('@')[0]
    const bin = join(home, 'node_modules/.bin', program)
    const before = program === 'bun' ? ['run'] : program === 'deno' ? ['run', '-A'] : []
    let isHere = true
    await step(`npm install ${spec}`, () => {
      isHere = false
      install(home, [spec])
      isHere = true
      return run(bin, ['--version']).stdout.trim().split('\n')[0]
    })
    if (!isHere) continue
    await step(`${name}, WebAssembly`, () => use(web, bin, before, 'web'))
    await step(`${name}, native kernels`, () => use(native, bin, before, 'node'))
  }
  const vite = join(scratch, 'web')
  await step('a page made by Vite', () => {
    install(vite, ['--omit=dev', 'vite@8.4.0'])
    return page(vite, 'vite')
  })
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

function run(command, args, { cwd = scratch, env = {}, mayFail = false } = {}) {
  const { NERITE_RUNTIME: _, ONNXRUNTIME_NODE_INSTALL: __, ...inherited } = process.env
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...inherited, NO_COLOR: '1', ...env },
  })
  if (result.error) throw result.error
  if (result.status !== 0 && !mayFail)
    throw new Error(
      `${command} ${args.join(' ')} ended with ${result.status}:\n${result.stdout}${result.stderr}`,
    )
  return result
}

function pack(folder) {
  const { stdout } = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch], {
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
  writeFileSync(join(folder, 'api-1.mjs'), API)
  writeFileSync(join(folder, 'test.jsonl'), `${JSON.stringify(LABELED)}\n`)
  return folder
}

function install(folder, args, env = {}) {
  return run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...args], { cwd: folder, env })
}

function nerites(folder, program, before, args) {
  return run(program, [...before, join('node_modules', 'nerite', 'lib', 'nerite.js'), ...args], {
    cwd: folder,
  })
}

/** Tags by the command and by the interface, and trains. */
function use(folder, program, before, runtime) {
  rmSync(join(folder, 'run'), { recursive: true, force: true })
  const { stdout } = nerites(folder, program, before, ['predict', 'en', '--json', '--text', SENTENCE])
  checkNames(JSON.parse(stdout)[0].entities.map(({ text }) => text))
  const said = JSON.parse(
    run(program, [...before, 'api-1.mjs'], { cwd: folder })
      .stdout.trim()
      .split('\n')
      .at(-1),
  )
  checkNames(said.found)
  if (said.f1 !== 1 || said.epochs !== 1) throw new Error(JSON.stringify(said))
  if (said.runtime !== runtime) throw new Error(`it ran on '${said.runtime}', not on '${runtime}'`)
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
