import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { loadTagger } from '../recognize/node/load-tagger.js'

const PACKAGE = fileURLToPath(new URL('../../models/en/', import.meta.url))
const TYPES = ['EVENT', 'FAC', 'GPE', 'LOC', 'NORP', 'ORG', 'PERSON', 'PRODUCT', 'WORK_OF_ART']

/** Each with the entities that a reader would mark. */
const SENTENCES: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  [
    'Angela Merkel met Emmanuel Macron in Berlin on Tuesday.',
    {
      'Angela Merkel': 'PERSON',
      'Emmanuel Macron': 'PERSON',
      Berlin: 'GPE',
    },
  ],
  [
    'The University of Oxford was founded before the city of Lima.',
    {
      'University of Oxford': 'ORG',
      Lima: 'GPE',
    },
  ],
  ['He swam across the Danube and slept.', { Danube: 'LOC' }],
  ['a cup of tea, two biscuits and my old pyjamas', {}],
  ['Microsoft said it would open an office in Nairobi.', { Microsoft: 'ORG', Nairobi: 'GPE' }],
]

/** The files that `npm publish` takes: those that `files` names, and what is always in a package. */
function publishedFiles(): string[] {
  const { files } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { files: string[] }
  return ['package.json', 'README.md', 'LICENSE', ...files].flatMap(name => {
    const path = join(PACKAGE, name)
    return statSync(path).isDirectory() ? readdirSync(path).map(inner => join(path, inner)) : [path]
  })
}

test('the English model loads, has the types that it states, and finds what a reader would', async () => {
  const tagger = await loadTagger(join(PACKAGE, 'model'))
  try {
    assert.deepEqual([...tagger.info.types].sort(), TYPES)
    const found = await tagger.tag(SENTENCES.map(([text]) => text))
    found.forEach((entities, i) => {
      const [text, expected] = SENTENCES[i]
      assert.deepEqual(Object.fromEntries(entities.map(({ text, type }) => [text, type])), expected, text)
    })
    assert.equal(found.length, 5)
  } finally {
    await tagger.release()
  }
})

test('the package of the English model has at most 10 MB, and no recipe', () => {
  const files = publishedFiles()
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
  assert.ok(bytes > 1_000_000 && bytes <= 10_000_000, `${bytes} bytes`)
  assert.ok(
    files.some(file => file.endsWith('model.safetensors')) && !files.some(file => /recipe/.test(file)),
  )
})
