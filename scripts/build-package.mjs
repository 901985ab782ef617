// Writes lib/, what the package ships, from the compiled dist/: `node scripts/build-package.mjs`, a second. Part of `npm run
// build`. The modules are joined, so that Node.js opens a few files instead of hundreds; they are not minified, and stack
// traces have the names that the source has.
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = join(root, 'dist')
const lib = join(root, 'lib')
const require = createRequire(import.meta.url)

/** The entries that package.json exports, and the command, by their names in lib/. */
const ENTRIES = {
  index: 'index',
  browser: 'browser',
  engine: 'engine',
  'engine-node': 'engine-node',
  server: 'server',
  'server-node': 'server-node',
}
const COMMAND = { nerite: 'cli/nerite' }
const TYPED = ['index', 'browser', 'engine', 'engine-node', 'server', 'server-node']

/** What of onnxruntime-web is loaded, copied byte for byte: 14 MB of the 145 that the package has. */
const KERNELS = [
  'ort.node.min.mjs',
  'ort.wasm.bundle.min.mjs',
  ...['mjs', 'wasm'].map(kind => `ort-wasm-simd-threaded.${kind}`),
]
const COPIED = {
  'onnxruntime-web': './onnxruntime/ort.node.min.mjs',
  'onnxruntime-web/wasm': './onnxruntime/ort.wasm.bundle.min.mjs',
}

rmSync(lib, { recursive: true, force: true })
const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
// Modules that some of the entries share are cut into as many files as there are sets of entries that share them, and opening a
// file takes longer than reading it. No process loads two of these groups, except in threads, which share no modules anyway.
const builds = await Promise.all([ENTRIES, COMMAND, threads()].map(joined))

/** Writes the modules of some entries. @returns what they were made of */
async function joined(entries) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, path]) => ({ in: join(dist, path), out })),
    outdir: lib,
    // Beside the entries, so that threads and onnxruntime/ are found from every chunk.
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'es2022',
    external: [...Object.keys(dependencies), 'onnxruntime-node', 'pg'],
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    plugins: [
      {
        name: 'kernels',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^onnxruntime-web(\/wasm)?$/ }, ({ path }) => ({
            path: COPIED[path],
            external: true,
          })),
      },
    ],
  })
  return metafile
}

copyTo(join(lib, 'onnxruntime'), dirname(require.resolve('onnxruntime-web/wasm')), KERNELS)
copyTo(join(lib, 'onnxruntime'), join(root, 'licenses/onnxruntime'), ['LICENSE', 'ThirdPartyNotices.txt'])
writeFileSync(
  join(lib, 'LICENSES.txt'),
  bundledLicenses([...builds.flatMap(({ inputs }) => Object.keys(inputs)), ...studioInputs()]),
)
cpSync(join(dist, 'studio/pages'), join(lib, 'studio'), { recursive: true })
const types = declarationsOf(TYPED)
for (const file of types) {
  const to = join(lib, 'types', file)
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(join(dist, file), to)
}
const outputs = builds.flatMap(({ outputs: own }) => Object.keys(own))
console.log(`lib: ${outputs.length} modules, ${types.length} files of types`)

/** The files that the pages of the studio are made of. */
function studioInputs() {
  return JSON.parse(readFileSync(join(dist, 'studio/inputs.json'), 'utf8'))
}

/** Scripts beside a module that it starts as threads, by a URL of their names. */
function threads() {
  const found = {}
  for (const file of readdirSync(dist, { recursive: true }).map(String)) {
    if (!file.endsWith('.js') || /\.test\.js$|(^|\/)testing\//.test(file)) continue
    for (const [, name] of readFileSync(join(dist, file), 'utf8').matchAll(
      /new URL\('\.\/([\w-]+)\.js', import\.meta\.url\)/g,
    )) {
      const path = join(dirname(file), name)
      if (name in found || name in ENTRIES || name in COMMAND)
        throw new Error(`two scripts of lib/ would be ${name}.js: rename ${path}.js`)
      found[name] = path
    }
  }
  return found
}

function copyTo(folder, from, names) {
  mkdirSync(folder, { recursive: true })
  for (const name of names) copyFileSync(join(from, name), join(folder, name))
}

/** The declarations that the entries lead to, as paths in dist/. */
function declarationsOf(entries) {
  const found = new Set()
  const visit = file => {
    if (found.has(file)) return
    found.add(file)
    for (const [, path] of readFileSync(join(dist, file), 'utf8').matchAll(
      /(?:\bfrom |\bimport\(|\bimport )['"](\.[^'"]+)\.js['"]/g,
    ))
      visit(join(dirname(file), `${path}.d.ts`))
  }
  for (const entry of entries) visit(`${entry}.d.ts`)
  return [...found]
}

/** The licenses of the packages whose code is in lib/. */
function bundledLicenses(inputs) {
  const folders = new Set(
    inputs.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(join(root, path))?.[0] ?? []),
  )
  const notices = [...folders].sort().map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const file = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'license'].find(each =>
      existsSync(join(folder, each)),
    )
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `License: ${license}`
    return `${name} ${version}\n\n${text}\n`
  })
  if (notices.length === 0) throw new Error(`no package is bundled in ${relative(root, lib)}`)
  return `These packages are part of this one: they draw the pages of the studio and the charts of reports, and know the phone numbers of each country.\n\n${notices.join(`\n${'-'.repeat(80)}\n\n`)}`
}
