import { realpathSync, statSync } from 'node:fs'
import { resolve, sep } from 'node:path'
import { modelIdentity } from '../../recognize/node/model-identity.js'
import { startPool } from '../../recognize/node/pool/pooled-tagger.js'
import type { Models } from '../models/models.js'
import { Problem } from '../problem.js'
import { type ModelSource, versionFiles } from './model-source.js'

export interface LoaderOptions {
  /** Threads that tag, for each model. */
  readonly workers: number
  /** Of `loadTagger`. */
  readonly country?: string
  /** The folder whose runs a request may name; default: none. */
  readonly runs?: string
  /** Told what was loaded and what could not be. */
  readonly onNotice: (message: string) => void
}

interface Loaded {
  model: string
  files: readonly string[]
  /** What the file system said of the files when they were looked at last. */
  seen: string
  version?: string
  isLoading: boolean
}

/** Hexadecimal digits of a version. */
const VERSION_LENGTH = 12
/** Milliseconds between two looks at the files of the models. */
const INTERVAL = 1_000

/** Loads models into worker threads, and loads them anew when their files change or somebody asks. */
export class ModelLoader {
  private readonly loaded = new Map<string, Loaded>()
  private timer?: ReturnType<typeof setInterval>

  constructor(
    private readonly models: Models,
    private readonly options: LoaderOptions,
  ) {}

  /** @throws what loading a model throws */
  async load({ name, model }: ModelSource): Promise<void> {
    const files = versionFiles(model)
    const own: Loaded = { model, files, seen: stateOf(files), isLoading: true }
    this.loaded.set(name, own)
    await this.put(name, own)
  }

  /**
   * Loads a model anew, or another one in its place.
   * @param from a run in the folder for runs
   * @throws Problem 404, 409, 422; InputError for a model that cannot be loaded, and the one before stays
   */
  readonly reload = async (name: string, from?: string): Promise<void> => {
    const own = this.loaded.get(name)
    if (!own) throw new Problem(404, 'model/unknown', 'this server has not loaded a model of that name')
    if (own.isLoading) throw new Problem(409, 'model/loading', 'this model is being loaded already')
    const model = from === undefined ? own.model : this.runIn(from)
    const files = versionFiles(model)
    const next: Loaded = { model, files, seen: stateOf(files), isLoading: true }
    own.isLoading = true
    try {
      await this.put(name, next)
      this.loaded.set(name, next)
    } finally {
      own.isLoading = false
    }
  }

  /** Looks for changed files from now on. */
  watch(interval = INTERVAL): void {
    this.timer = setInterval(() => this.look(), interval)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private async put(name: string, own: Loaded): Promise<void> {
    const { workers, country, onNotice } = this.options
    const data = {
      model: own.model,
      threads: 1,
      isBehind: true,
      ...(country !== undefined && { country }),
    } as const
    try {
      const [pool, version] = await Promise.all([startPool(data, workers, onNotice), versionOf(own.model)])
      // If the files changed meanwhile, nobody knows which of them were loaded: the next look finds out.
      own.version = stateOf(own.files) === own.seen ? version : undefined
      this.models.put(name, pool, version)
    } finally {
      own.isLoading = false
    }
  }

  private look(): void {
    for (const [name, own] of this.loaded) {
      const state = stateOf(own.files)
      if (own.isLoading || state === own.seen) continue
      own.seen = state
      this.reloadIfOther(name, own).then(
        isOther => isOther && this.options.onNotice(`${name}: its files have changed, and were loaded anew`),
        error => this.options.onNotice(`${name}: its files have changed, but ${reasonOf(error)}`),
      )
    }
  }

  private async reloadIfOther(name: string, own: Loaded): Promise<boolean> {
    const version = await versionOf(own.model)
    if (version === undefined || version === own.version) return false
    await this.reload(name)
    return true
  }

  /** @throws Problem 422 for what is not a folder inside of the one for runs */
  private runIn(from: string): string {
    const { runs } = this.options
    if (runs === undefined)
      throw new Problem(
        422,
        'model/from',
        'from: this server was started without a folder for runs; start it with --runs FOLDER',
      )
    try {
      const path = realpathSync(resolve(runs, from))
      if (path.startsWith(realpathSync(runs) + sep) && statSync(path).isDirectory()) return path
    } catch {
      // It is not there.
    }
    throw new Problem(422, 'model/from', 'from: expected a run in the folder for runs, got another place')
  }
}

/** Which version of a model there is; nothing while it is being written. */
async function versionOf(model: string): Promise<string | undefined> {
  try {
    return (await modelIdentity(model)).slice(0, VERSION_LENGTH)
  } catch {
    return undefined
  }
}

/** What the file system says of some files: another text once one of them was written or replaced. */
function stateOf(files: readonly string[]): string {
  return files
    .map(file => {
      try {
        const { mtimeMs, size, ino } = statSync(file)
        return `${mtimeMs} ${size} ${ino}`
      } catch {
        return 'missing'
      }
    })
    .join('\n')
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
