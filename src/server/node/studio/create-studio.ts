import { createApp } from '../../create-app.js'
import type { Mount } from '../../server-options.js'
import { addDocumentRoutes } from './document-routes.js'
import { Jobs } from './jobs.js'
import { addProjectRoutes } from './project-routes.js'
import { ProjectRuns } from './project-runs.js'
import { addReviewRoutes } from './review-routes.js'
import { addRunRoutes } from './run-routes.js'
import type { StudioOptions } from './studio-options.js'

/** The endpoints of the studio, to be mounted at `/studio-api`. */
export interface Studio {
  readonly fetch: Mount['fetch']
  /** Stops what is under way, each training with a checkpoint. */
  stop(): Promise<void>
  /** The same, and closes the database. */
  close(): Promise<void>
}

/** Where the pages of the studio look for its endpoints. */
export const STUDIO_PATH = '/studio-api'

/** Bytes of an uploaded corpus. */
export const UPLOAD_BYTES = 128 * 1024 * 1024

/**
 * The studio's endpoints: projects, documents, labels, suggestions, training, review. What is answered as saved is on the
 * disk.
 *
 * @example
 * const studio = await createStudio({ store: await openStore('studio'), folder: 'studio' })
 * const server = createServer({ mounts: [{ path: STUDIO_PATH, fetch: studio.fetch, bodyBytes: UPLOAD_BYTES }] })
 */
export async function createStudio(options: StudioOptions): Promise<Studio> {
  const { store, folder, models = () => [], serve, onError = () => {} } = options
  const jobs = new Jobs(onError)
  const runs = new ProjectRuns(store, jobs, folder)
  await runs.recover()
  const app = createApp(onError)
  const context = { store, jobs, runs, models, serve }
  addProjectRoutes(app, context)
  addDocumentRoutes(app, context)
  addRunRoutes(app, context)
  addReviewRoutes(app, context)
  return {
    fetch: (request, more = {}) => app.fetch(request, more),
    stop: () => jobs.stop(),
    close: async () => {
      await jobs.stop()
      await store.close()
    },
  }
}
