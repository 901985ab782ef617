import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type * as Compiler from '../../tools/api-docs/node_modules/typescript/lib/typescript.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const ENTRIES = ['index', 'browser', 'engine', 'engine-node', 'server', 'server-node']

/** What stays inside: nobody outside can make one or needs to name it. */
const INSIDE = [
  // Says what a config file may be, setting by setting; editors show the settings.
  'GivenParts',
  // The insides of a trained model that is only passed on.
  'StoredNumbers',
  'TaggerDefinition',
  'Vocabularies',
  // What a tagger is made of by `loadTagger`.
  'Calls',
  'SentenceModel',
  'SpanConstraints',
  'ThreadPool',
]

/** TypeScript 7 has no JavaScript API; the workspace of the API reference has the compiler before it. */
const home = join(root, 'tools/api-docs/package.json')
const noCompiler =
  !existsSync(join(root, 'tools/api-docs/node_modules/typescript')) &&
  'the workspace tools/api-docs is not installed'

test('every type that a public signature mentions is exported', { skip: noCompiler }, () => {
  const ts = createRequire(home)('typescript') as typeof Compiler
  const dist = join(root, 'dist')
  const files = ENTRIES.map(entry => join(dist, `${entry}.d.ts`))
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
    skipLibCheck: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const resolved = (symbol: Compiler.Symbol | undefined) =>
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  const exportsOf = (file: string) => {
    const source = program.getSourceFile(file)
    const module = source && checker.getSymbolAtLocation(source)
    assert.ok(module, file)
    return checker.getExportsOfModule(module).map(resolved)
  }
  let mentions = 0
  for (const file of files) {
    const exported = new Set(exportsOf(file))
    // What a server serves comes from `nerite`, whose types have their names there.
    const known = new Set([...exported, ...(/server/.test(file) ? exportsOf(files[0]) : [])])
    const missing = new Set<string>()
    const visit = (node: Compiler.Node): void => {
      // Names a value, and so no type that one could need.
      if (ts.isTypeQueryNode(node)) return
      const name = ts.isTypeReferenceNode(node)
        ? node.typeName
        : ts.isExpressionWithTypeArguments(node)
          ? node.expression
          : undefined
      const symbol = name && resolved(checker.getSymbolAtLocation(name))
      const declared = symbol?.declarations?.[0]?.getSourceFile().fileName ?? ''
      if (symbol && declared.startsWith(dist) && !(symbol.flags & ts.SymbolFlags.TypeParameter)) {
        mentions++
        if (!known.has(symbol) && !INSIDE.includes(symbol.name)) missing.add(symbol.name)
      }
      ts.forEachChild(node, visit)
    }
    for (const symbol of exported)
      for (const declaration of symbol?.declarations ?? [])
        if (declaration.getSourceFile().fileName.startsWith(dist)) visit(declaration)
    assert.deepEqual([...missing], [], file)
  }
  assert.ok(mentions > 500, `${mentions} mentions`)
})

const USE = `
import { evaluate, type Entity, loadCorpus, loadTagger, type PresetName, resolveConfig, train } from 'nerite'
import { readText, webRuntime } from 'nerite/browser'
import { type Graph, GraphBuilder } from 'nerite/engine'
const preset: PresetName = 'bilstm-crf'
export async function main(): Promise<number | null> {
  const tagger = await loadTagger('en')
  const found: Entity[] = await tagger.tag('Ada', { minScore: 0.5 })
  for await (const event of train({ config: resolveConfig({ preset }), out: 'a' }))
    if (event.kind === 'epoch') console.log(event.loss, found.length)
  return (await evaluate(tagger, await loadCorpus('a.conll'), { minScore: 0.5 })).exact.micro.f1
}
export const graph: Graph = new GraphBuilder('x').finish({})
export const runtime = webRuntime({ wasmPaths: '/' })
export { readText }
declare const console: { log(...values: unknown[]): void }
// @ts-expect-error: the types are not \`any\`
export const wrong: number = preset
`

test('a project compiles with the types, without the DOM library and with every declaration checked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nerite-types-'))
  try {
    mkdirSync(join(folder, 'node_modules'))
    for (const name of ['nerite', 'valibot'])
      symlinkSync(
        name === 'nerite' ? root : join(root, 'node_modules', name),
        join(folder, 'node_modules', name),
      )
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    writeFileSync(join(folder, 'use.ts'), USE)
    for (const moduleResolution of ['nodenext', 'bundler']) {
      const compilerOptions = {
        lib: ['ES2022'],
        target: 'ES2022',
        module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
        moduleResolution,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        types: [],
      }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }))
      const tsc = join(root, 'node_modules/typescript/bin/tsc')
      const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' })
      assert.equal(stdout, '', moduleResolution)
      assert.equal(status, 0)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
