import assert from 'node:assert/strict'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openStore } from '../../../label/node/open-store.js'
import type { LabelStore } from '../../../label/store/label-store.js'
import { temporaryFolder } from '../../../train/testing/tiny-run.js'
import { createStudio, type Studio } from './create-studio.js'

const folder = temporaryFolder()
/** Where temporary files of these tests lie, and no others. */
const scratch = join(folder.path, 'scratch')
mkdirSync(scratch)
process.env.TMPDIR = scratch
let store: LabelStore
let studio: Studio
before(async () => {
  store = await openStore(folder.path)
  studio = await createStudio({ store, folder: folder.path })
})
after(async () => {
  await studio.close()
  folder.remove()
})

function upload(body: string, query: Record<string, string> = {}, signal?: AbortSignal) {
  const all = { name: 'People', annotator: 'me', types: 'PER', file: 'a.txt', ...query }
  const url = `http://localhost/projects?${new URLSearchParams(all)}`
  return studio.fetch(new Request(url, { method: 'POST', body, ...(signal && { signal }) }))
}

/** Threads that are started while something is done. */
async function threadsDuring(work: () => Promise<unknown>): Promise<number> {
  let count = 0
  const onThread = () => count++
  process.on('worker', onThread)
  await work()
  process.off('worker', onThread)
  return count
}

test('an uploaded file is read in a thread of its own, and comes in parts that lose nothing', async () => {
  const lines = Array.from({ length: 1_203 }, (_, i) => `[Ada ${i}](PER) met [Rome](LOC) .`)
  for (const labels of ['labels', 'suggestions']) {
    let id = ''
    const threads = await threadsDuring(async () => {
      const response = await upload(`${lines.join('\n')}\n`, { labels, file: 'a.markup', format: 'markup' })
      assert.equal(response.status, 201, await response.clone().text())
      ;({ id } = (await response.json()) as { id: string })
    })
    assert.equal(threads, 1)
    const project = await store.project(id)
    assert.deepEqual(
      project.types.map(({ name }) => name),
      ['PER', 'LOC'],
    )
    const documents = await store.documents(id, 0, 2_000)
    assert.deepEqual(
      documents.map(({ text }) => text),
      lines.map((_, i) => `Ada ${i} met Rome .`),
    )
    assert.equal(documents[1_202].offsets.length, 5)
    const given = labels === 'labels' ? await store.labels(id, 1_202) : await store.suggestions(id, 1_202)
    assert.deepEqual(
      given.map(({ entities }) => entities.map(({ start, end, type }) => [start, end, type])),
      [
        [
          [0, 8, 'PER'],
          [13, 17, 'LOC'],
        ],
      ],
    )
  }
})

test('a file that cannot be read is refused, and leaves nothing', async () => {
  const before = (await store.projects()).length
  const response = await upload('Ada\0.')
  const { code, faults } = (await response.json()) as { code: string; faults: { where: string }[] }
  assert.deepEqual([response.status, code, faults[0].where], [422, 'corpus/encoding', 'upload.txt'])
  const broken = await upload('{"text": 1}\n', { file: 'a.jsonl', format: 'jsonl' })
  assert.equal(broken.status, 422)
  assert.ok(!(await broken.text()).includes('nerite-upload-'))
  assert.equal((await upload('')).status, 422)
  const gone = new AbortController()
  const going = upload('Ada met Grace.\n'.repeat(20_000), {}, gone.signal)
  await new Promise(resolve => setImmediate(resolve))
  gone.abort()
  assert.equal(((await (await going).json()) as { code: string }).code, 'request/gone')
  assert.equal((await store.projects()).length, before)
  assert.deepEqual(readdirSync(scratch), [])
})
