import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createApp } from '../../create-app.js'
import { Jobs } from './jobs.js'
import { addRunRoutes } from './run-routes.js'
import type { StudioContext } from './studio-context.js'
import type { StudioModel } from './studio-options.js'

/** Two projects of one name, each with a finished run. */
function small() {
  const served: StudioModel[] = []
  const models: StudioModel[] = []
  const jobs = new Jobs(() => {})
  const app = createApp()
  addRunRoutes(app, {
    jobs,
    store: { project: async (id: string) => ({ id, name: 'News' }) },
    runs: {
      get: async (_: string, number: number) => ({ number, folder: `run-${number}`, state: 'done' }),
      places: (project: string, { folder }: { folder: string }) => ({ run: `${project}/${folder}` }),
    },
    models: () => models,
    serve: async (model: StudioModel) => {
      served.push(model)
      await new Promise(resolve => setImmediate(resolve))
      models.push(model)
    },
  } as unknown as StudioContext)
  return { app, jobs, served }
}

test('runs of projects with one name are served by different names, each once', async () => {
  const { app, served } = small()
  const serve = async (project: string) => {
    const response = await app.request(`/projects/${project}/runs/1/serve`, { method: 'POST' })
    return ((await response.json()) as { name: string }).name
  }
  const names = await Promise.all([serve('a'), serve('b'), serve('a')])
  assert.deepEqual(names, ['News.run-1', 'News.run-1.2', 'News.run-1'])
  assert.deepEqual(served, [
    { name: 'News.run-1', model: 'a/run-1' },
    { name: 'News.run-1.2', model: 'b/run-1' },
  ])
  assert.equal(await serve('b'), 'News.run-1.2')
})

test('only so many jobs are under way at a time', async () => {
  const { jobs } = small()
  const start = () =>
    jobs.start('a', 'suggest', async (_, signal) => {
      await new Promise(resolve => signal.addEventListener('abort', resolve))
    })
  for (let i = 0; i < 8; i++) start()
  assert.throws(start, { status: 429, code: 'studio/jobs' })
  await jobs.stop()
  start()
  await jobs.stop()
})
