import type { Hono } from 'hono'
import type { ListedError } from '../../../evaluate/error-list.js'
import { agreementOf } from '../../../label/agreement.js'
import { settledLabels } from '../../../label/export.js'
import { ADJUDICATED, type StoredLabel, sameEntities } from '../../../label/label.js'
import { nameBesideRuns } from '../../../label/project.js'
import { runJob } from '../../../workflows/node/studio/run-job.js'
import { labeledNumbers } from '../../../workflows/node/studio/train-labels.js'
import { Problem } from '../../problem.js'
import { jobSummary } from './jobs.js'
import { annotatorName, bodyOf, check, compareRequest, foldsRequest, numberIn } from './requests.js'
import type { StudioContext } from './studio-context.js'

/** Differences between annotators that are listed at most. */
const LISTED = 500

/** Errors of runs, labels that look wrong, annotators side by side, runs side by side. */
export function addReviewRoutes(app: Hono, { store, jobs, runs, models }: StudioContext): void {
  app.get('/projects/:project/runs/:run/errors', async c => {
    const { id } = await store.project(c.req.param('project'))
    const run = await runs.get(id, numberIn(c.req.param('run')))
    if (run.state !== 'done') throw new Problem(409, 'studio/run', 'the run is not done yet')
    const evaluation = await runs.evaluation(id, run)
    if (!evaluation)
      throw new Problem(409, 'studio/held-out', 'no labeled document was held out from this run')
    const { scores, errors, confusions } = evaluation
    const { heldOut } = labeledNumbers(runs.places(id, run))
    return c.json({
      exact: scores.exact,
      sentences: scores.sentences,
      errors: withDocuments(errors, heldOut),
      confusions,
    })
  })

  app.post('/projects/:project/runs/:run/folds', async c => {
    const { id } = await store.project(c.req.param('project'))
    const run = await runs.get(id, numberIn(c.req.param('run')))
    if (run.state !== 'done') throw new Problem(409, 'studio/run', 'the run is not done yet')
    const { folds } = await bodyOf(c, foldsRequest)
    const model = runs.places(id, run).run
    const job = jobs.start(id, 'folds', async (emit, signal) => {
      for await (const message of runJob({ kind: 'folds', model, folds }, signal))
        if (message.kind === 'progress') emit({ ...message })
        else if (message.kind === 'suspects')
          emit({
            ...message,
            suspects: withDocuments(message.suspects, labeledNumbers(runs.places(id, run)).train),
          })
    })
    return c.json(jobSummary(job), 202)
  })

  app.get('/projects/:project/agreement', async c => {
    const { id } = await store.project(c.req.param('project'))
    const [first, second] = ['first', 'second'].map(name => check(annotatorName, c.req.query(name), name))
    const accepted = (await store.labels(id)).filter(({ state }) => state === 'accepted')
    const of = (annotator: string) =>
      new Map(accepted.filter(label => label.annotator === annotator).map(label => [label.document, label]))
    const [a, b, adjudicated] = [of(first), of(second), of(ADJUDICATED)]
    const shared = [...a.keys()].filter(number => b.has(number))
    const pairs = []
    const different = []
    for (const number of shared) {
      const [one, other] = [a.get(number), b.get(number)] as [StoredLabel, StoredLabel]
      const document = await store.document(id, number)
      pairs.push({ document, first: one.entities, second: other.entities })
      if (!sameEntities(one.entities, other.entities))
        different.push({
          number,
          text: document.text,
          first: one.entities,
          second: other.entities,
          adjudicated: adjudicated.get(number) ?? null,
        })
    }
    return c.json({
      agreement: agreementOf(pairs),
      differences: different.length,
      documents: different.slice(0, LISTED),
    })
  })

  // Compared on the labels of now, all of which none of the runs has seen but those before it.
  app.post('/projects/:project/compare', async c => {
    const project = await store.project(c.req.param('project'))
    const request = await bodyOf(c, compareRequest)
    const known = await runs.list(project.id)
    const chosen = request.models.map(name => {
      const run = known.find(({ folder, state }) => folder === name && state === 'done')
      const model = run
        ? runs.places(project.id, run).run
        : models().find(each => nameBesideRuns(each.name) === name)?.model
      if (model === undefined)
        throw new Problem(404, 'studio/model', 'there is no finished run or model of this name')
      return model
    })
    const latest = known.findLast(({ heldOut }) => heldOut > 0)
    if (!latest)
      throw new Problem(409, 'studio/held-out', 'no labeled document was held out yet: train a run first')
    const corpus = runs.places(project.id, latest).heldOut
    const types = project.types.map(({ name }) => name)
    const job = jobs.start(project.id, 'compare', async (emit, signal) => {
      for await (const message of runJob({ kind: 'compare', models: chosen, corpus, types }, signal))
        if (message.kind === 'comparison')
          emit({ kind: 'comparison', comparison: message.comparison, names: request.models })
    })
    return c.json(jobSummary(job), 202)
  })

  app.get('/projects/:project/disputed', async c => {
    const { id } = await store.project(c.req.param('project'))
    return c.json({ documents: settledLabels(await store.labels(id)).disputed })
  })
}

/** Errors, each with the number of its document: their places name the line of the run's file. */
function withDocuments(errors: readonly ListedError[], numbers: readonly number[]) {
  return errors.map(error => {
    const line = Number(/:(\d+)$/.exec(error.where ?? '')?.[1])
    return { ...error, document: numbers[line - 1] ?? null }
  })
}
