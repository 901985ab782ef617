import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

/** What `npm run build` makes for the package. The smoke test packs, installs and uses it. */
const root = fileURLToPath(new URL('../..', import.meta.url))
const lib = join(root, 'lib')
const require = createRequire(import.meta.url)
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly files: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

const LEFT_OUT = manifest.files.filter(name => name.startsWith('!')).map(name => name.slice(1))

/** Every file that is packed, as paths in the package. */
const packed = [
  'README.md',
  'LICENSE',
  'package.json',
  ...manifest.files.filter(name => !name.startsWith('!')),
].flatMap(name => {
  const path = join(root, name)
  assert.ok(existsSync(path), `${name} is missing: run npm run build`)
  if (/\.\w+$|LICENSE/.test(name)) return [name]
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)))
    .filter(path => !LEFT_OUT.some(folder => path.startsWith(`${folder}/`)))
})
/** `hyparquet` of `hyparquet/src/thrift.js` */
const packageOf = (name: string) => name.split('/', name.startsWith('@') ? 2 : 1).join('/')

/** At the beginning of a line, where esbuild and the compiler put them; or called. */
const IMPORT =
  /^(?:import|export|\})[^'"\n]*\bfrom ["']([^"'\n]+)["']|^import ["']([^"'\n]+)["']|\bimport\(["']([^"'\n]+)["']\)/gm
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')

test('the kernels are those of the onnxruntime-web that the lock file names, byte for byte', () => {
  const from = dirname(require.resolve('onnxruntime-web/wasm'))
  const names = readdirSync(join(lib, 'onnxruntime')).filter(name => /\.(mjs|wasm)$/.test(name))
  assert.equal(names.length, 4)
  for (const name of names)
    assert.equal(sha256(join(lib, 'onnxruntime', name)), sha256(join(from, name)), name)
  const installed = JSON.parse(readFileSync(join(from, '../package.json'), 'utf8')) as { version: string }
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, { readonly version: string }>>
  }
  assert.equal(installed.version, lock.packages['node_modules/onnxruntime-web'].version)
  // They share ONNX Runtime's scripts.
  assert.equal(manifest.dependencies['onnxruntime-common'], installed.version)
  assert.equal(manifest.optionalDependencies['onnxruntime-node'], installed.version)
  assert.match(readFileSync(join(lib, 'onnxruntime/LICENSE'), 'utf8'), /MIT License/)
})

test('modules and types need the dependencies, Node.js and each other, and nothing else', () => {
  const modules = packed.filter(path => /^lib\/[^/]+\.js$/.test(path))
  const types = packed.filter(path => path.startsWith('lib/types/'))
  assert.ok(modules.length > 50 && types.length > 100, `${modules.length} modules, ${types.length} types`)
  const needed = { modules: new Set<string>(), types: new Set<string>() }
  for (const [kind, paths] of [['modules', modules] as const, ['types', types] as const])
    for (const path of paths) {
      const text = readFileSync(join(root, path), 'utf8')
      for (const [, from, bare, called] of text.matchAll(IMPORT)) {
        const name = from ?? bare ?? called
        if (!name.startsWith('.')) needed[kind].add(name)
        else {
          const target = join(
            dirname(join(root, path)),
            kind === 'types' ? name.replace(/\.js$/, '.d.ts') : name,
          )
          assert.ok(existsSync(target), `${path}: ${name}`)
        }
      }
    }
  const packages = [...needed.modules].filter(name => !name.startsWith('node:')).map(packageOf)
  // Loaded only where somebody has installed it.
  const outside = [...new Set(packages)].filter(name => name !== 'pg')
  assert.ok(outside.includes('valibot') && outside.includes('commander'), `${outside}`)
  assert.deepEqual([...needed.types], ['valibot'])
  assert.deepEqual(Object.keys(manifest.dependencies), [...outside, 'onnxruntime-common'].sort())
})

test('what is packed is small: no source maps, no tests, fewer than 700 files', () => {
  assert.ok(packed.length > 200 && packed.length < 700, `${packed.length} files`)
  assert.deepEqual(
    packed.filter(path => /\.map$|\.test\.|\/testing\//.test(path)),
    [],
  )
  for (const path of packed.filter(name => /^lib\/[^/]+\.js$/.test(name)))
    assert.doesNotMatch(readFileSync(join(root, path), 'utf8'), /\n\/\/# sourceMappingURL=/, path)
  // npm warns of a package from a file or a repository that has one of these.
  for (const name of ['preinstall', 'install', 'postinstall', 'prepare'])
    assert.ok(!(name in manifest.scripts), name)
})

test('every link in a packed page leads to a packed file', () => {
  let links = 0
  for (const page of packed.filter(path => path.endsWith('.md'))) {
    const text = readFileSync(join(root, page), 'utf8').replace(/```[\s\S]*?```|`[^`\n]*`/g, '')
    for (const [, path] of text.matchAll(/\]\(([^()\s#]+)(?:#[^()\s]*)?\)/g)) {
      if (/^https?:/.test(path)) continue
      // Of an entity in markup, the parentheses hold its type.
      if (/^[A-Z]{3,}$/.test(path)) continue
      const target = join(dirname(page), path)
      assert.ok(packed.includes(target), `${page}: ${path}`)
      links++
    }
  }
  assert.ok(links > 100, `${links} links`)
})
