import { existsSync } from 'node:fs'
import { openStore } from '../../../label/node/open-store.js'
import { Problem } from '../../problem.js'
import type { Mount } from '../../server-options.js'
import { createStudio, STUDIO_PATH, type Studio, UPLOAD_BYTES } from './create-studio.js'
import type { StudioOptions } from './studio-options.js'

export interface OpenStudioOptions extends Omit<StudioOptions, 'store'> {
  /** `postgres://…`; default: a file in the folder. */
  readonly database?: string
}

export interface OpenedStudio {
  readonly mount: Mount
  /** Stops trainings, each with a checkpoint, so that pages that watch them are let go. */
  stop(): Promise<void>
  /** Closes the database. */
  close(): Promise<void>
}

/**
 * A studio that is opened when it is first used: until somebody makes a project, nothing is written. One that is there
 * already, and a database that is named, are opened at once.
 * @throws InputError as `openStore`
 */
export async function openStudio(options: OpenStudioOptions): Promise<OpenedStudio> {
  const { folder, database, models = () => [] } = options
  let opened: Promise<Studio> | undefined
  const open = () => {
    if (opened) return opened
    const opening = (async () => createStudio({ ...options, store: await openStore(folder, database) }))()
    // What cannot be opened now, since another server has it open, may be later.
    opening.catch(() => {
      opened = undefined
    })
    opened = opening
    return opening
  }
  if (database !== undefined || existsSync(folder)) await open()
  const fetch: Mount['fetch'] = async (request, more = {}) => {
    const isFirstLook = request.method === 'GET' && new URL(request.url).pathname === '/state'
    if (!opened && isFirstLook)
      return Response.json({ models: models().map(({ name }) => name), projects: [] })
    // Reading makes no database.
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!opened && isRead) throw new Problem(404, 'request/path', 'this studio has no project yet')
    return (await open()).fetch(request, more)
  }
  return {
    mount: { path: STUDIO_PATH, fetch, bodyBytes: UPLOAD_BYTES, isPrivate: true },
    stop: async () => (await opened)?.stop(),
    close: async () => (await opened)?.close(),
  }
}
