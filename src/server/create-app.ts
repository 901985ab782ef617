import { Hono } from 'hono'
import { Problem, problemResponse, toProblem } from './problem.js'

/**
 * A Hono application whose refusals are RFC 9457 problems: what a handler throws (`Problem`, `InputError`) is answered, and
 * so is a path that is not there. What is mounted into the server is made with this.
 *
 * @param onError is told what was not the caller's fault
 * @example
 * const app = createApp().get('/projects', c => c.json([]))
 */
export function createApp(onError: (error: unknown) => void = () => {}): Hono {
  const app = new Hono()
  app.onError(error => {
    const problem = toProblem(error)
    if (problem.status === 500) onError(error)
    return problemResponse(problem)
  })
  app.notFound(() => problemResponse(new Problem(404, 'request/path', 'there is nothing at this path')))
  return app
}
