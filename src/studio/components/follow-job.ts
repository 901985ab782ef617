import { signal } from '@preact/signals'
import { events, post, type ServerEvent, STUDIO } from '../api.js'
import type { JobSummary } from '../server-data.js'
import { loadProject, loadStudio, showError } from '../state.js'

/** The job that is watched in this page, and what it said. */
export const job = signal<JobSummary | null>(null)
export const said = signal<readonly ServerEvent[]>([])

let watching: AbortController | undefined
/** Of these only the latest is kept. */
const REPLACED = new Set(['step', 'progress'])

/** Watches a job until it ends; its events come from the beginning. */
export async function follow(started: JobSummary): Promise<readonly ServerEvent[]> {
  watching?.abort()
  const own = new AbortController()
  watching = own
  job.value = started
  said.value = []
  let all: ServerEvent[] = []
  try {
    for await (const event of events(`${STUDIO}/jobs/${started.id}/events`, own.signal)) {
      all = REPLACED.has(event.kind)
        ? [...all.filter(({ kind }) => kind !== event.kind), event]
        : [...all, event]
      if (watching !== own) return all
      said.value = all
      if (event.kind === 'ended') {
        job.value = {
          ...started,
          state: event.state as JobSummary['state'],
          message: (event.message as string) ?? null,
        }
        await Promise.all([loadProject(), loadStudio()])
      }
    }
  } catch (error) {
    if (watching === own) showError(error)
  }
  return all
}

export function stopJob(): Promise<unknown> {
  return job.value ? post(`${STUDIO}/jobs/${job.value.id}/stop`, undefined) : Promise.resolve()
}

/** What a job said last of a kind. */
export function latest<Kind extends string>(kind: Kind): ServerEvent | undefined {
  return said.value.findLast(event => event.kind === kind)
}
