import type { Hono } from 'hono'
import { checkEntities, withEntity } from '../../../label/label-document.js'
import { queueOf } from '../../../label/queue.js'
import { sameString } from '../../../label/same-string.js'
import { packOffsets } from '../../../label/store/rows.js'
import { Problem } from '../../problem.js'
import { annotatorName, bodyOf, check, labelRequest, mixIn, numberIn, sameRequest } from './requests.js'
import type { StudioContext } from './studio-context.js'

/** What suggestions for other documents with the same string are said to come from. */
const SAME = 'same string'
/** Characters of a document in a list. */
const SHOWN = 160

/** Documents of a project: which is next, what it holds, and what is said of it. */
export function addDocumentRoutes(app: Hono, { store }: StudioContext): void {
  app.get('/projects/:project/queue', async c => {
    const { id } = await store.project(c.req.param('project'))
    const annotator = check(annotatorName, c.req.query('annotator'), 'annotator')
    const mix = mixIn(c.req.query('mix'))
    const limit = Math.min(500, numberIn(c.req.query('limit'), 20))
    const candidates = await store.candidates(id, annotator, (mix.disagreement ?? 0) > 0)
    const numbers = queueOf(candidates, mix, numberIn(c.req.query('seed'), 1), limit)
    const wanted = new Set(numbers)
    const known = new Map(
      candidates.filter(({ number }) => wanted.has(number)).map(candidate => [candidate.number, candidate]),
    )
    return c.json({ left: candidates.length, documents: numbers.map(number => known.get(number)) })
  })

  app.get('/projects/:project/documents', async c => {
    const { id } = await store.project(c.req.param('project'))
    const from = numberIn(c.req.query('from'), 0)
    const limit = Math.min(200, numberIn(c.req.query('limit'), 50))
    const documents = await store.documents(id, from, limit)
    const states = new Map<number, Record<string, string>>()
    for (const { document, annotator, state } of await store.labels(id))
      states.set(document, { ...states.get(document), [annotator]: state })
    return c.json({
      documents: documents.map(({ number, text, offsets, name = null }) => ({
        number,
        name,
        tokens: offsets.length,
        text: [...text.slice(0, SHOWN + 1)].slice(0, SHOWN).join(''),
        states: states.get(number) ?? {},
      })),
    })
  })

  app.get('/projects/:project/documents/:number', async c => {
    const { id } = await store.project(c.req.param('project'))
    const document = await store.document(id, numberIn(c.req.param('number')))
    const annotator = check(annotatorName, c.req.query('annotator'), 'annotator')
    const labels = await store.labels(id, document.number)
    return c.json({
      number: document.number,
      name: document.name ?? null,
      text: document.text,
      offsets: packOffsets(document.offsets),
      label: labels.find(label => label.annotator === annotator) ?? null,
      // An annotator should not see what others said; a reviewer asks for it.
      ...(c.req.query('all') === '1' && { labels }),
      suggestions: await store.suggestions(id, document.number),
    })
  })

  app.put('/projects/:project/documents/:number/label', async c => {
    const { id, types } = await store.project(c.req.param('project'))
    const document = await store.document(id, numberIn(c.req.param('number')))
    const { annotator, state, entities, readTo, revision } = await bodyOf(c, labelRequest)
    const names = types.map(({ name }) => name)
    const checked = checkEntities(document, state === 'skipped' ? [] : entities, new Set(names))
    const end = state === 'partial' ? Math.min(readTo ?? 0, document.text.length) : document.text.length
    const label = {
      document: document.number,
      annotator,
      state,
      entities: checked,
      readTo: end,
      types: names,
    }
    try {
      return c.json(await store.saveLabel(id, label, revision))
    } catch (error) {
      if ((error as { code?: string }).code !== 'label/changed') throw error
      throw new Problem(409, 'label/changed', 'this document was labeled in another window in the meantime')
    }
  })

  app.delete('/projects/:project/documents/:number/label', async c => {
    const { id } = await store.project(c.req.param('project'))
    const annotator = check(annotatorName, c.req.query('annotator'), 'annotator')
    await store.removeLabel(id, numberIn(c.req.param('number')), annotator)
    return c.body(null, 204)
  })

  // Suggests an entity wherever its string stands in documents that are not labeled yet.
  app.post('/projects/:project/same', async c => {
    const { id, types } = await store.project(c.req.param('project'))
    const { text, type, annotator } = await bodyOf(c, sameRequest)
    if (!types.some(({ name }) => name === type))
      throw new Problem(422, 'studio/types', 'the type is none of the project')
    let places = 0
    const open = new Set((await store.candidates(id, annotator, false)).map(({ number }) => number))
    const found = (await store.documentsWith(id, text)).filter(({ number }) => open.has(number))
    const suggestions = []
    for (const { number, text: content } of found) {
      const same = sameString(content, text)
      if (same.length === 0) continue
      places += same.length
      const before =
        (await store.suggestions(id, number)).find(({ source }) => source === SAME)?.entities ?? []
      const entities = same.reduce<readonly { start: number; end: number; type: string }[]>(
        (kept, { start, end }) => withEntity(kept, { start, end, type }),
        before,
      )
      suggestions.push({ document: number, source: SAME, entities, surprise: null, expectedChanges: null })
    }
    await store.saveSuggestions(id, suggestions)
    return c.json({ documents: suggestions.length, places })
  })
}
