import type { Hono } from 'hono'
import { isInputError } from '../../../base/errors.js'
import { PRESETS } from '../../../config/presets.js'
import { resolveAnyConfig } from '../../../config/resolve.js'
import { nameBesideRuns } from '../../../label/project.js'
import type { SuggestionModel } from '../../../workflows/node/studio/model-job.js'
import { runJob } from '../../../workflows/node/studio/run-job.js'
import { Problem } from '../../problem.js'
import { followJob, jobSummary } from './jobs.js'
import { bodyOf, numberIn, suggestRequest, trainRequest } from './requests.js'
import type { StudioContext } from './studio-context.js'

/** Built-in recognizers, which need no file. */
const BUILT_IN = ['pii', 'numbers']

/** Suggestions, training, and the jobs that do both. */
export function addRunRoutes(app: Hono, { store, jobs, runs, models, serve }: StudioContext): void {
  app.get('/presets', c => c.json(presetChoices()))

  app.post('/projects/:project/suggestions', async c => {
    const project = await store.project(c.req.param('project'))
    const { source, from } = suggestionModel(await bodyOf(c, suggestRequest))
    const types = project.types.map(({ name }) => name)
    const job = jobs.start(project.id, source, async (emit, signal) => {
      const { count, parts } = await runs.openTexts(project.id)
      let entities = 0
      const suggesting = { kind: 'suggest', from, source, types, texts: count } as const
      for await (const message of runJob(suggesting, signal, parts)) {
        if (message.kind === 'progress') emit({ ...message })
        if (message.kind !== 'suggestions') continue
        await store.saveSuggestions(project.id, message.suggestions)
        entities += message.suggestions.reduce((sum, suggestion) => sum + suggestion.entities.length, 0)
      }
      emit({ kind: 'suggested', entities, documents: count })
    })
    return c.json(jobSummary(job), 202)
  })

  type Request = Awaited<ReturnType<typeof bodyOf<typeof suggestRequest>>>
  const suggestionModel = (request: Request): { readonly source: string; readonly from: SuggestionModel } => {
    if ('rules' in request) return { source: 'rules', from: { rules: request.rules } }
    if ('names' in request) {
      const { type, names, ignoreCase } = request
      const rules = JSON.stringify({ rules: [{ type, names, ignoreCase }] })
      return { source: `list of ${type}`, from: { rules } }
    }
    // Only what the server was started with: a request names no path of this machine.
    const model =
      BUILT_IN.find(name => name === request.model) ??
      models().find(({ name }) => name === request.model)?.model
    if (model === undefined) throw new Problem(404, 'studio/model', 'the server has no model of this name')
    return { source: nameBesideRuns(request.model), from: { model } }
  }

  app.delete('/projects/:project/suggestions', async c => {
    const { id } = await store.project(c.req.param('project'))
    await store.removeSuggestions(id, c.req.query('source') ?? '')
    return c.body(null, 204)
  })

  app.post('/projects/:project/runs', async c => {
    const project = await store.project(c.req.param('project'))
    const { from, ...settings } = await bodyOf(c, trainRequest)
    const base = from === undefined ? undefined : models().find(({ name }) => name === from)?.model
    if (from !== undefined && base === undefined)
      throw new Problem(404, 'studio/model', 'the server has no model of this name')
    return c.json(
      jobSummary(await runs.start(project, { ...settings, ...(base !== undefined && { from: base }) })),
      202,
    )
  })

  app.post('/projects/:project/runs/:run/resume', async c => {
    const project = await store.project(c.req.param('project'))
    return c.json(jobSummary(await runs.resume(project, numberIn(c.req.param('run')))), 202)
  })

  app.get('/projects/:project/runs/:run/log', async c => {
    const { id } = await store.project(c.req.param('project'))
    const run = await runs.get(id, numberIn(c.req.param('run')))
    const events = runs
      .events(id, run)
      .filter(({ kind }) => ['start', 'epoch', 'warning', 'done'].includes(kind))
    return c.json({ run, events })
  })

  /** Runs that are served, by their folders, and the names that they took: two projects may have one name. */
  const served = new Map<string, Promise<string>>()
  const names = new Set<string>()

  // A finished run beside the other models, so that it can be tried.
  app.post('/projects/:project/runs/:run/serve', async c => {
    const project = await store.project(c.req.param('project'))
    const run = await runs.get(project.id, numberIn(c.req.param('run')))
    if (run.state !== 'done') throw new Problem(409, 'studio/run', 'the run is not done yet')
    if (!serve) throw new Problem(409, 'studio/serve', 'this server cannot serve further models')
    const { run: model } = runs.places(project.id, run)
    const known = served.get(model)
    if (known) return c.json({ name: await known })
    const wanted = `${servedName(project.name)}.${run.folder}`
    const name = freeName(wanted, [...models().map(each => each.name), ...names])
    names.add(name)
    const serving = serve({ name, model }).then(() => name)
    served.set(model, serving)
    serving.catch(() => {
      names.delete(name)
      served.delete(model)
    })
    return c.json({ name: await serving })
  })

  app.get('/jobs/:job/events', c => {
    const job = jobs.get(numberIn(c.req.param('job')))
    if (!job) throw new Problem(404, 'studio/job', 'there is no such job')
    return followJob(c, job)
  })

  app.post('/jobs/:job/stop', c => {
    const job = jobs.get(numberIn(c.req.param('job')))
    if (!job) throw new Problem(404, 'studio/job', 'there is no such job')
    job.stop.abort()
    return c.json(jobSummary(job), 202)
  })
}

/** A name that an address can hold. */
function servedName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
  return plain === '' ? 'project' : plain.slice(0, 40)
}

/** Presets that need no further setting. */
function presetChoices() {
  return PRESETS.flatMap(({ name, summary }) => {
    if (name.endsWith('-classic')) return []
    try {
      return [{ name, summary, kind: resolveAnyConfig({ preset: name }).recognizer }]
    } catch (error) {
      if (isInputError(error)) return []
      throw error
    }
  })
}

function freeName(wanted: string, taken: readonly string[]): string {
  let name = wanted
  for (let n = 2; taken.includes(name); n++) name = `${wanted}.${n}`
  return name
}
