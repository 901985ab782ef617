import type { Hono } from 'hono'
import { parseFormat } from '../../../corpus/formats.js'
import { settledLabels } from '../../../label/export.js'
import { isTypeName } from '../../../label/label-type.js'
import { nameBesideRuns, type Project } from '../../../label/project.js'
import type { PackedDocument } from '../../../label/store/packed-document.js'
import type { Suggestion } from '../../../label/suggestion.js'
import { toSentence } from '../../../label/to-sentence.js'
import { Problem } from '../../problem.js'
import { exported } from './exported.js'
import { jobSummary } from './jobs.js'
import { bodyOf, check, createRequest, typesRequest } from './requests.js'
import type { StudioContext } from './studio-context.js'
import { withUpload } from './with-upload.js'

/** Making, reading, changing and exporting projects. */
export function addProjectRoutes(app: Hono, context: StudioContext): void {
  const { store, jobs, models, runs } = context

  app.get('/state', async c =>
    c.json({
      models: models().map(({ name }) => name),
      projects: await Promise.all((await store.projects()).map(withProgress)),
    }),
  )

  const withProgress = async (project: Project) => ({
    ...project,
    progress: await store.progress(project.id),
  })

  // The body is the file itself: it may be large, and of bytes.
  app.post('/projects', async c => {
    const request = check(createRequest, c.req.query(), 'query')
    const { bytes = new Uint8Array(await c.req.arrayBuffer()) } = c.env as { readonly bytes?: Uint8Array }
    const named = request.types.split(/[\s,]+/).filter(type => type !== '')
    const suggestions: Suggestion[] = []
    const project = await withUpload({ ...request, bytes }, c.req.raw.signal, file =>
      store.createProject(
        { name: request.name, types: [...named, ...file.types.filter(type => !named.includes(type))] },
        request.labels === 'suggestions' ? asSuggestions(file.parts, suggestions) : file.parts,
        request.annotator,
      ),
    )
    await store.saveSuggestions(project.id, suggestions)
    return c.json(await withProgress(project), 201)
  })

  app.get('/projects/:project', async c => {
    const project = await store.project(c.req.param('project'))
    const [progress, sources, projectRuns] = await Promise.all([
      store.progress(project.id),
      store.sources(project.id),
      runs.list(project.id),
    ])
    const { disputed } = settledLabels(await store.labels(project.id))
    return c.json({
      ...project,
      progress,
      sources,
      runs: projectRuns,
      disputed: disputed.length,
      jobs: jobs.of(project.id).map(jobSummary),
      // What the project's own runs can be compared with: none of them under another name.
      models: models()
        .filter(({ model }) => !projectRuns.some(run => runs.places(project.id, run).run === model))
        .map(({ name }) => nameBesideRuns(name)),
    })
  })

  app.put('/projects/:project/types', async c => {
    const { id, types: before } = await store.project(c.req.param('project'))
    const { types } = await bodyOf(c, typesRequest)
    const missing = before.find(({ name }) => !types.includes(name))
    if (missing)
      throw new Problem(
        422,
        'studio/types',
        'types can be added; those that labels may have cannot be taken away',
      )
    return c.json({ types: await store.setTypes(id, types) })
  })

  app.delete('/projects/:project', async c => {
    const { id } = await store.project(c.req.param('project'))
    for (const job of jobs.of(id)) job.stop.abort()
    await store.removeProject(id)
    return c.body(null, 204)
  })

  app.get('/projects/:project/export', async c => {
    const project = await store.project(c.req.param('project'))
    const format = parseFormat(c.req.query('format') ?? 'jsonl')
    const { settled, disputed } = settledLabels(await store.labels(project.id), c.req.query('annotator'))
    if (settled.length === 0)
      throw new Problem(409, 'studio/empty', 'there is nothing to export yet: label a document first')
    const types = project.types.map(({ name }) => name)
    async function* sentences() {
      for (const label of settled)
        yield toSentence(await store.document(project.id, label.document), label, types)
    }
    const { parts, losses, ending } = await exported(format, sentences())
    return c.body(new Blob(parts as BlobPart[]).stream(), 200, {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${fileName(project.name)}.${ending}"`,
      'x-nerite-documents': String(settled.length),
      'x-nerite-disputed': String(disputed.length),
      'x-nerite-losses': encodeURIComponent(
        JSON.stringify(losses.map(({ what, sentences }) => ({ what, sentences }))),
      ),
    })
  })
}

/** Documents without the labels that they came with, which become suggestions. */
async function* asSuggestions(
  parts: AsyncIterable<readonly PackedDocument[]>,
  suggestions: Suggestion[],
): AsyncGenerator<readonly PackedDocument[]> {
  let number = 0
  for await (const part of parts)
    yield part.map(({ labels, ...document }) => {
      const own = { document: number++, source: 'the file', surprise: null, expectedChanges: null }
      if (labels) suggestions.push({ ...own, entities: labels.entities })
      return document
    })
}

/** A name that every system can have for a file. */
function fileName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return plain === '' || !isTypeName(plain) ? 'labels' : plain.slice(0, 60)
}
