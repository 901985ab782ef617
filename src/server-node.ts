/** `nerite/server` in Node.js, Bun and Deno: all of `server.ts`, and listening. */

export { type Listening, type ListenOptions, listen } from './server/node/listen.js'
export { prometheusMetrics } from './server/node/prometheus.js'
export { readStaticFiles } from './server/node/static-files.js'
export * from './server.js'
