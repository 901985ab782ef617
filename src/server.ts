/** `nerite/server`: the server as a plain `fetch` handler, wherever `fetch` types exist. */

export { createServer, type Server } from './server/create-server.js'
export type { LabeledTask } from './server/label-studio/labeled-tasks.js'
export type { LabelStudioTrainer, TrainingStatus } from './server/label-studio/trainer.js'
export type { Metrics, RequestDone, ServerLoad } from './server/metrics.js'
export { type Lease, type ModelFacts, Models } from './server/models/models.js'
export { Problem, type ProblemDetails, type ProblemFault } from './server/problem.js'
export type { AccessOptions, Limits, Mount, Reload, ServerOptions } from './server/server-options.js'
export type { StaticFile, StaticFiles } from './server/static-files.js'
