import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCli } from '../cli/testing/run-cli.js'
import { resolveAnyConfig } from '../config/resolve.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const hasApi = existsSync(join(root, 'docs/api'))
const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true })
    .map(name => `${folder}/${String(name).replaceAll('\\', '/')}`)
    .filter(name => !name.includes('node_modules'))
const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

const PAGES = [
  ...['README.md', 'CONTRIBUTING.md', 'bench/README.md', 'samples/README.md', 'samples/GUIDELINES.md'],
  ...below('docs').filter(name => name.endsWith('.md')),
]
/** Pages written by hand. */
const WRITTEN = PAGES.filter(name => !name.startsWith('docs/api/'))
const FOLDERS = ['src', 'bench', 'bin', 'docs', 'examples', 'experiments', 'oracles', 'samples', 'scripts']
const FILES = FOLDERS.flatMap(below)
const ROOMS = readdirSync(join(root, 'src'), { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .map(({ name }) => name)

const withoutBlocks = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '')

/** The anchors of a page: those that GitHub makes from its headings, and those that it sets itself. */
function anchorsOf(page: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading] of withoutBlocks(textOf(page)).matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const anchor = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-')
    let number = 0
    while (anchors.has(number === 0 ? anchor : `${anchor}-${number}`)) number++
    anchors.add(number === 0 ? anchor : `${anchor}-${number}`)
  }
  for (const [, id] of textOf(page).matchAll(/<a id="([^"]+)">/g)) anchors.add(id)
  return anchors
}

test('every relative link leads to a file, and every anchor to a heading', () => {
  const wrong: string[] = []
  let links = 0
  let anchors = 0
  for (const page of PAGES) {
    const text = withoutBlocks(textOf(page)).replace(/`[^`\n]*`/g, code => code.replace(/[[\]()]/g, ''))
    for (const [, target] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path, anchor] = target.split('#')
      const file = path === '' ? page : normalize(join(dirname(page), decodeURI(path)))
      if (file.startsWith('docs/api') && !hasApi) continue
      if (!existsSync(join(root, file))) wrong.push(`${page}: ${target}`)
      links++
      if (anchor === undefined || !file.endsWith('.md') || !existsSync(join(root, file))) continue
      if (!anchorsOf(file).has(decodeURI(anchor))) wrong.push(`${page}: ${target}`)
      anchors++
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(links >= 60, `${links} links`)
  assert.ok(anchors >= 5, `${anchors} anchors`)
})

/** `src/x/y.ts`, `engine/layers/lstm.ts`, `lstm.ts`, `model/inputs/`; words in capitals stand for any name */
const CODE_PATH = /^(?:[\w.-]+\/)*[\w.-]+\.(?:ts|mjs|py)$/
const FOLDER_PATH = new RegExp(`^(?:${[...FOLDERS, ...ROOMS].join('|')})/(?:[\\w-]+/)*$`)

test('every code path that the pages mention is there', () => {
  const wrong: string[] = []
  let paths = 0
  for (const page of WRITTEN) {
    const code = [...textOf(page).matchAll(/`([^`\n]+)`/g)].flatMap(([, inline]) => inline.split(/\s/))
    const pages = textOf(page).match(/(?<![\w/.])docs\/[\w-]+\.md/g) ?? []
    for (const path of [...code, ...pages]) {
      const isPath = CODE_PATH.test(path) || FOLDER_PATH.test(path) || path.startsWith('docs/')
      const isElsewhere = path.startsWith('..') || (path.startsWith('docs/api') && !hasApi)
      if (!isPath || isElsewhere || /[A-Z]{4}|\*/.test(path)) continue
      const isThere =
        [path, `src/${path}`].some(each => existsSync(join(root, each))) ||
        (CODE_PATH.test(path) && FILES.some(file => file.endsWith(`/${path}`)))
      if (!isThere) wrong.push(`${page}: ${path}`)
      paths++
    }
  }
  assert.deepEqual(wrong, [])
  assert.ok(paths >= 80, `${paths} paths`)
})

interface DocumentedCommand {
  readonly page: string
  readonly line: string
  readonly words: readonly string[]
}

/** Commands in blocks and in inline code, without what a shell would do with them. */
function commandsOf(page: string): readonly DocumentedCommand[] {
  const text = textOf(page).replace(/\\\n\s*/g, ' ')
  const blocks = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^```/gm)].flatMap(([, block]) => block.split('\n'))
  const inline = [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code]) => code)
  return [...blocks, ...inline].flatMap(line => {
    const command = /^(?:npx )?(?:nerite|node bin\/nerite\.js) ([a-z].*)/.exec(line.trim())?.[1]
    if (command === undefined) return []
    const bare = command.replace(/\s#.*$/, '').split(/ [|>] /)[0]
    return [{ page, line, words: [...bare.matchAll(/"[^"]*"|'[^']*'|\S+/g)].map(([word]) => word) }]
  })
}

/** Verbs of two words begin with one of these. */
const FAMILIES = ['corpus', 'vectors', 'classes']

/** The options in a verb's own help. */
const helps = new Map<string, Promise<ReadonlySet<string>>>()
function optionsOf(verb: string): Promise<ReadonlySet<string>> {
  const read = async () => {
    const { code, stdout } = await runCli(...verb.split(' '), '--help')
    assert.equal(code, 0, verb)
    assert.match(stdout, new RegExp(`Usage: nerite ${verb}\\b`))
    return new Set(
      [...stdout.matchAll(/^ +(?:(-\w), )?(--[\w-]+)/gm)].flatMap(([, short, long]) => [short, long]),
    )
  }
  const known = helps.get(verb) ?? read()
  helps.set(verb, known)
  return known
}

test('every command in the documents has a verb and options that exist', async () => {
  let commands = 0
  let options = 0
  for (const page of WRITTEN)
    for (const { line, words } of commandsOf(page)) {
      const verb = FAMILIES.includes(words[0]) ? words.slice(0, 2).join(' ') : words[0]
      const known = await optionsOf(verb)
      for (const word of words.filter(each => /^--?[a-zA-Z]/.test(each))) {
        const [name] = word.split('=')
        if (!name.includes('.')) assert.ok(known.has(name), `${page}: ${name} in ${line}`)
        options++
      }
      commands++
    }
  assert.ok(commands >= 120, `${commands} commands`)
  assert.ok(options >= 500, `${options} options`)
})

test('every setting in a training command has a value that the configuration accepts', () => {
  let resolved = 0
  for (const page of WRITTEN)
    for (const { line, words } of commandsOf(page)) {
      const preset = words[words.indexOf('--preset') + 1]
      if (words[0] !== 'train' || !words.includes('--preset') || /[A-Z]{4}|…/.test(line)) continue
      const overrides = words.flatMap((word, i) =>
        /^--\w+\./.test(word)
          ? [{ path: word.slice(2), text: words[i + 1].replace(/^(["'])(.*)\1$/, '$2') }]
          : [],
      )
      assert.doesNotThrow(() => resolveAnyConfig({ preset, overrides }), `${page}: ${line}`)
      resolved++
    }
  assert.ok(resolved >= 80, `${resolved} commands`)
})
