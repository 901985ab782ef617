/** What every database of labels must do: the same tests for SQLite and Postgres. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tokenize } from '../../text/tokenize.js'
import type { Label } from '../label.js'
import type { ProjectRun } from '../project.js'
import { LabelStore } from '../store/label-store.js'
import { packDocument } from '../store/packed-document.js'
import { query, type SqlDatabase } from '../store/sql-database.js'
import type { NewDocument } from '../to-documents.js'

export function documentOf(text: string, more: Partial<NewDocument> = {}): NewDocument {
  return { text, offsets: tokenize(text).map(({ start, end }) => ({ start, end })), ...more }
}

const TEXTS = [
  'Ada met Grace.',
  'Nobody came to 東京 😀.',
  "Robert'); DROP TABLE labels;--",
  '<script>alert(1)</script>',
]
const ADA = { start: 0, end: 3, type: 'PER' }
const accepted = (document: number, annotator: string, entities = [ADA]): Label => ({
  document,
  annotator,
  state: 'accepted',
  entities,
  readTo: TEXTS[document].length,
  types: ['PER', 'LOC'],
})

/** @param open a new connection to one and the same database, which is empty at first */
export function storeBattery(
  name: string,
  open: () => Promise<SqlDatabase>,
  { skip = false }: { readonly skip?: string | false } = {},
): void {
  const inStore = (what: string, check: (store: LabelStore) => Promise<void>) =>
    test(`${name}: ${what}`, { skip }, async () => {
      const store = await LabelStore.open(await open())
      try {
        await check(store)
      } finally {
        await store.close()
      }
    })
  const create = (store: LabelStore) =>
    store.createProject(
      { name: 'People', types: ['PER', 'LOC'] },
      TEXTS.map(text => documentOf(text)),
      'me',
    )

  inStore('a project has its documents as they were given', async store => {
    const project = await create(store)
    assert.deepEqual(await store.project(project.id), project)
    const documents = await store.documents(project.id, 0, 10)
    assert.deepEqual(
      documents,
      TEXTS.map((text, number) => ({ number, ...documentOf(text) })),
    )
    assert.deepEqual(await store.document(project.id, 1), documents[1])
    assert.deepEqual(
      (await store.documents(project.id, 1, 2)).map(({ number }) => number),
      [1, 2],
    )
    await assert.rejects(store.document(project.id, 4), { code: 'label/document' })
    await assert.rejects(store.project('nosuch'), { code: 'label/project' })
    assert.equal(await store.addDocuments(project, [documentOf('More.', { name: 'a.txt' })], 'me'), 4)
    assert.equal((await store.document(project.id, 4)).name, 'a.txt')
  })

  inStore('a project whose documents come part by part is there as a whole, or not at all', async store => {
    const packed = TEXTS.map(text => packDocument(documentOf(text)))
    let during = -1
    async function* parts(fails: boolean) {
      yield packed.slice(0, 3)
      during = (await store.projects()).length
      if (fails) throw new Error('broke off')
      yield packed.slice(3)
    }
    const before = (await store.projects()).length
    const own = { name: 'Parts', types: ['PER', 'LOC'] }
    await assert.rejects(store.createProject(own, parts(true), 'me'), /broke off/)
    assert.equal((await store.projects()).length, before)
    const project = await store.createProject(own, parts(false), 'me')
    assert.equal(during, before)
    assert.deepEqual(
      await store.documents(project.id, 0, 10),
      TEXTS.map((text, number) => ({ number, ...documentOf(text) })),
    )
    const none = store.createProject(own, (async function* () {})(), 'me')
    await assert.rejects(none, { code: 'label/empty' })
    await store.removeProject(project.id)
  })

  inStore('labels are kept by annotator, each change with the next revision', async store => {
    const { id } = await create(store)
    const first = await store.saveLabel(id, accepted(0, 'me'), 0)
    assert.ok(first.revision >= 1 && first.revision <= 2 ** 30)
    const { at, revision, ...label } = first
    assert.deepEqual(label, accepted(0, 'me'))
    assert.ok(!Number.isNaN(Date.parse(at)))
    await store.saveLabel(id, { ...accepted(0, 'you', []), state: 'skipped' }, 0)
    const second = await store.saveLabel(id, accepted(0, 'me', []), revision)
    assert.equal(second.revision, revision + 1)
    // Two tabs: the one that read the older labels does not overwrite the newer ones.
    await assert.rejects(store.saveLabel(id, accepted(0, 'me'), revision), { code: 'label/changed' })
    await assert.rejects(store.saveLabel(id, accepted(0, 'me'), 0), { code: 'label/changed' })
    assert.deepEqual(
      (await store.labels(id, 0)).map(({ annotator, entities, state }) => [annotator, entities, state]),
      [
        ['me', [], 'accepted'],
        ['you', [], 'skipped'],
      ],
    )
    await store.removeLabel(id, 0, 'me')
    assert.equal((await store.labels(id)).length, 1)
    // Another window that still has a label which was taken away overwrites none that was made since.
    const again = await store.saveLabel(id, accepted(0, 'me'), 0)
    for (const old of [revision, second.revision])
      await assert.rejects(store.saveLabel(id, accepted(0, 'me', []), old), { code: 'label/changed' })
    assert.deepEqual((await store.labels(id, 0))[0].revision, again.revision)
  })

  inStore('one of many that save at once wins', async store => {
    const { id } = await create(store)
    const saved = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => store.saveLabel(id, accepted(0, 'me', i % 2 ? [ADA] : []), 0)),
    )
    assert.equal(saved.filter(({ status }) => status === 'fulfilled').length, 1)
    const [{ value: won }] = saved.flatMap(each => (each.status === 'fulfilled' ? [each] : []))
    assert.deepEqual((await store.labels(id, 0))[0], won)
  })

  inStore('progress counts each document once', async store => {
    const { id } = await create(store)
    await store.saveLabel(id, accepted(0, 'me'), 0)
    await store.saveLabel(id, { ...accepted(0, 'you'), state: 'partial', readTo: 3 }, 0)
    await store.saveLabel(id, { ...accepted(1, 'you', []), state: 'partial', readTo: 3 }, 0)
    await store.saveLabel(id, { ...accepted(2, 'you', []), state: 'skipped' }, 0)
    const { tokens, ...progress } = await store.progress(id)
    assert.ok(tokens > 10)
    assert.deepEqual(progress, {
      documents: 4,
      accepted: 1,
      partial: 1,
      skipped: 1,
      annotators: [{ name: 'me', accepted: 1 }],
    })
  })

  inStore('labels that documents come with are labels of who brought them', async store => {
    const labels = { entities: [ADA], readTo: 7, types: ['PER'] } as const
    const project = await store.createProject(
      { name: 'x', types: ['PER', 'LOC'] },
      [documentOf(TEXTS[0], { labels }), documentOf(TEXTS[0], { labels: { entities: [], readTo: 'whole' } })],
      'importer',
    )
    const [a, b] = await store.labels(project.id)
    assert.deepEqual([a.state, a.readTo, a.types, a.entities], ['partial', 7, ['PER'], [ADA]])
    assert.deepEqual(
      [b.state, b.readTo, b.types, b.annotator],
      ['accepted', TEXTS[0].length, ['PER', 'LOC'], 'importer'],
    )
  })

  inStore('candidates are what the annotator has not labeled, with what models say', async store => {
    const { id } = await create(store)
    const suggest = (document: number, source: string, surprise: number | null, entities = [ADA]) => ({
      document,
      source,
      entities,
      surprise,
      expectedChanges: surprise === null ? null : surprise / 2,
    })
    await store.saveSuggestions(id, [
      suggest(0, 'model', 1.5),
      suggest(1, 'model', 2.5),
      suggest(1, 'list', null, []),
      suggest(2, 'model', 3.5),
    ])
    await store.saveSuggestions(id, [suggest(0, 'model', 1.25)])
    await store.saveLabel(id, accepted(2, 'me', []), 0)
    await store.saveLabel(id, accepted(0, 'you'), 0)
    const found = await store.candidates(id, 'me', true)
    assert.deepEqual(
      found.map(({ number, surprise, expectedChanges, disagreement }) => [
        number,
        surprise,
        expectedChanges,
        disagreement,
      ]),
      [
        [0, 1.25, 0.625, null],
        [1, 2.5, 1.25, 1],
        [3, null, null, null],
      ],
    )
    assert.ok((await store.candidates(id, 'me', false)).every(({ disagreement }) => disagreement === null))
    assert.deepEqual(
      (await store.suggestions(id, 1)).map(({ source }) => source),
      ['list', 'model'],
    )
    assert.deepEqual(await store.sources(id), [
      { name: 'list', documents: 1 },
      { name: 'model', documents: 3 },
    ])
    await store.removeSuggestions(id, 'list')
    assert.deepEqual((await store.sources(id)).length, 1)
  })

  inStore('runs are kept, and change state', async store => {
    const { id } = await create(store)
    const run: ProjectRun = {
      number: 1,
      folder: 'run-1',
      state: 'running',
      trained: 8,
      heldOut: 2,
      f1: null,
      created: new Date().toISOString(),
    }
    await store.saveRun(id, run)
    await store.saveRun(id, { ...run, state: 'failed', f1: 0.5, message: 'disk full' })
    assert.deepEqual(await store.runs(id), [{ ...run, state: 'failed', f1: 0.5, message: 'disk full' }])
  })

  inStore('runs that begin at the same time have numbers of their own', async store => {
    const { id } = await create(store)
    const begun = await Promise.all(Array.from({ length: 6 }, () => store.addRun(id)))
    const numbers = begun.map(({ number }) => number).sort()
    assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6])
    const [one] = begun
    assert.deepEqual([one.folder, one.state], [`run-${one.number}`, 'running'])
    await store.saveRun(id, { ...one, trained: 8, heldOut: 2 })
    await store.removeRun(id, 6)
    assert.deepEqual(
      (await store.runs(id)).map(({ trained, heldOut }) => [trained, heldOut]).filter(([n]) => n > 0),
      [[8, 2]],
    )
    assert.equal((await store.addRun(id)).number, 6)
  })

  inStore('types can be added, and a project removed with all that it has', async store => {
    const { id } = await create(store)
    await store.saveLabel(id, accepted(0, 'me'), 0)
    await store.setTypes(id, ['PER', 'LOC', 'ORG'])
    assert.equal((await store.project(id)).types.length, 3)
    assert.deepEqual((await store.labels(id))[0].types, ['PER', 'LOC'])
    await store.removeProject(id)
    await assert.rejects(store.project(id), { code: 'label/project' })
    assert.deepEqual([await store.labels(id), await store.documents(id, 0, 9)], [[], []])
  })

  test(`${name}: a batch is stored whole or not at all`, { skip }, async () => {
    const database = await open()
    try {
      const store = await LabelStore.open(database)
      const before = (await store.projects()).length
      const insert = "INSERT INTO projects (id, name, types, created) VALUES ('twice', 'x', '[]', '')"
      await assert.rejects(database.batch([{ sql: insert }, { sql: insert }]))
      await assert.rejects(database.batch([{ sql: insert }, { sql: 'nonsense' }]))
      assert.equal((await store.projects()).length, before)
      // The connection still works.
      assert.equal((await query(database, 'SELECT 1 AS one'))[0].one, 1)
    } finally {
      await database.close()
    }
  })

  test(`${name}: what was stored is there after closing; tables of a newer version are refused`, {
    skip,
  }, async () => {
    const store = await LabelStore.open(await open())
    const { id } = await create(store)
    await store.saveLabel(id, accepted(0, 'me'), 0)
    await store.close()
    const database = await open()
    try {
      assert.equal((await (await LabelStore.open(database)).labels(id)).length, 1)
      await database.batch([{ sql: 'UPDATE nerite SET version = 99' }])
      await assert.rejects(LabelStore.open(database), { code: 'label/database' })
      await database.batch([{ sql: 'UPDATE nerite SET version = 1' }])
    } finally {
      await database.close()
    }
  })
}
