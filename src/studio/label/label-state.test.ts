import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProjectDetail } from '../server-data.js'

/** What a page has, as little as the state needs of it. */
const stored = new Map<string, string>()
const storage = {
  getItem: (name: string) => stored.get(name) ?? null,
  setItem: (name: string, value: string) => void stored.set(name, value),
}
interface Asked {
  readonly path: string
  readonly method: string
  readonly body: Readonly<Record<string, unknown>>
  readonly answer: (body: unknown) => void
}
const asked: Asked[] = []
Object.assign(globalThis, {
  localStorage: storage,
  sessionStorage: storage,
  location: { hash: '', pathname: '/' },
  addEventListener: () => {},
  document: { documentElement: { dataset: {} } },
  fetch: (path: string, { method = 'GET', body = '{}' }: { method?: string; body?: string }) =>
    new Promise<Response>(resolve =>
      asked.push({
        ...{ path, method, body: JSON.parse(body) },
        answer: found => resolve(Response.json(found)),
      }),
    ),
})
const { annotator, project } = await import('../state.js')
const state = await import('./label-state.js')

/** Answers the request that waits for a path that ends so. */
async function answer(path: RegExp, body: unknown): Promise<Asked> {
  for (;;) {
    const at = asked.findIndex(each => path.test(each.path))
    if (at >= 0) {
      const [found] = asked.splice(at, 1)
      found.answer(body)
      await new Promise(resolve => setImmediate(resolve))
      return found
    }
    await new Promise(resolve => setImmediate(resolve))
  }
}

const queue = (...numbers: number[]) => ({
  left: numbers.length,
  documents: numbers.map(number => ({ number })),
})
const page = (number: number, text: string) => ({
  ...{ number, text, offsets: `0 ${text.length}`, label: null, suggestions: [], name: null },
})
const inProject = (id: string) => {
  project.value = { id, types: [] } as unknown as ProjectDetail
}

test('a document of another project or annotator is neither shown nor saved', async () => {
  annotator.value = 'ada'
  inProject('first')
  const slow = state.restart()
  await answer(/first\/queue/, queue(3, 4))
  // The reader has gone on before the document came.
  inProject('second')
  const next = state.restart()
  await answer(/second\/queue/, queue(7))
  await answer(/second\/documents\/7/, page(7, 'Second'))
  await next
  await answer(/first\/documents\/3/, page(3, 'First'))
  await slow
  assert.equal(state.document.value?.text, 'Second')

  // The project changes, and a key is pressed before anything else happens.
  inProject('third')
  await state.save({ state: 'accepted', entities: [] })
  annotator.value = 'grace'
  inProject('second')
  await state.save({ state: 'accepted', entities: [] })
  assert.deepEqual(asked, [])

  annotator.value = 'ada'
  const saving = state.save({ state: 'accepted', entities: [] })
  const { path, method, body } = await answer(/label$/, {})
  assert.deepEqual(
    [path, method, body.annotator],
    ['/studio-api/projects/second/documents/7/label', 'PUT', 'ada'],
  )
  await answer(/second\/queue/, queue())
  await saving

  // Back goes to what was labeled in this project, and by this annotator.
  asked.length = 0
  annotator.value = 'grace'
  await state.goBack()
  assert.deepEqual(asked, [])
})
