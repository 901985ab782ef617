import type { LabelStore } from '../../../label/store/label-store.js'
import type { Jobs } from './jobs.js'
import type { ProjectRuns } from './project-runs.js'
import type { StudioOptions } from './studio-options.js'

/** What the routes of a studio share. */
export interface StudioContext {
  readonly store: LabelStore
  readonly jobs: Jobs
  readonly runs: ProjectRuns
  readonly models: NonNullable<StudioOptions['models']>
  readonly serve: StudioOptions['serve']
}
