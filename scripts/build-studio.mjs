// Writes dist/studio/, the pages of the studio, from src/studio: `node scripts/build-studio.mjs`, a second. Part of `npm run
// build`, after the compiler, whose output it joins. The charts are a file of their own, loaded when there is one to draw.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const source = join(root, 'src/studio')
const dist = join(root, 'dist')
const out = join(dist, 'studio/pages')
/** Bytes that a browser loads to show the first page. */
const MOST = 300_000

rmSync(out, { recursive: true, force: true })
mkdirSync(out, { recursive: true })
const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: { studio: `${dist}/studio/main.js` },
  outdir: out,
  chunkNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
})

// For their licenses.
writeFileSync(join(dist, 'studio/inputs.json'), JSON.stringify(Object.keys(metafile.inputs)))

const { DARK, LIGHT, variables } = await import(`${dist}/report/page/colors.js`)
/** Colors that only pages with buttons need: their edges, and the text on filled ones. */
const own = { light: '--edge:#7c848e;--on-fill:#fff', dark: '--edge:#7f8894;--on-fill:#15171a' }
const light = `color-scheme:light;${variables(LIGHT)};${own.light}`
const dark = `color-scheme:dark;${variables(DARK)};${own.dark}`
const colors = `:root{${light}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}
:root[data-theme=dark]{${dark}}
`
/** In the order of the page: later rules win over earlier ones. */
const styles = ['base', 'frame', 'controls', 'panels', 'entities', 'try', 'label', 'charts']
const rules = styles.map(name => readFileSync(join(source, `style/${name}.css`), 'utf8')).join('\n')
writeFileSync(join(out, 'studio.css'), colors + rules)
for (const name of ['index.html', 'icon.svg']) copyFileSync(join(source, name), join(out, name))

const script =
  Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint !== undefined)?.[0] ?? ''
const first = [
  'index.html',
  'icon.svg',
  'studio.css',
  ...loadedWith(script.replace('dist/studio/pages/', '')),
]
const bytes = first.reduce((sum, name) => sum + gzipSync(readFileSync(join(out, name))).length, 0)
if (bytes > MOST) throw new Error(`the first page takes ${bytes} bytes: more than ${MOST}`)
console.log(
  `studio: ${Object.keys(metafile.outputs).length} scripts; the first page takes ${Math.round(bytes / 1000)} kB`,
)

/** A script, and the scripts that it cannot do without. */
function loadedWith(name) {
  const found = new Set([name])
  for (const each of found)
    for (const { path, kind } of metafile.outputs[`dist/studio/pages/${each}`].imports)
      if (kind === 'import-statement') found.add(path.replace('dist/studio/pages/', ''))
  return found
}
