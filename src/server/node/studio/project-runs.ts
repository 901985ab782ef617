import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { partsOf, settledLabels } from '../../../label/export.js'
import type { Label } from '../../../label/label.js'
import type { LabelDocument } from '../../../label/label-document.js'
import { isRunName, type Project, type ProjectRun } from '../../../label/project.js'
import type { LabelStore } from '../../../label/store/label-store.js'
import type { TrainEvent } from '../../../run/events.js'
import { parseLog } from '../../../run/log-lines.js'
import { LOG } from '../../../run/run-files.js'
import { train } from '../../../train/node/train.js'
import type { TrainOptions } from '../../../train/node/training-options.js'
import type { RunEvaluation } from '../../../workflows/node/studio/model-job.js'
import { runJob } from '../../../workflows/node/studio/run-job.js'
import {
  type LabelTraining,
  markAsOwn,
  type PreparedRun,
  placesOf,
  prepareRun,
} from '../../../workflows/node/studio/train-labels.js'
import { resumedRun } from '../../../workflows/node/training-request.js'
import { Problem } from '../../problem.js'
import type { Job, JobEvent, Jobs } from './jobs.js'

/** Documents that are read at a time. */
const DOCUMENTS = 500

/** Runs of a project's labels: started, stopped, resumed, scored, and asked for suggestions. */
export class ProjectRuns {
  private readonly evaluations = new Map<string, RunEvaluation>()
  /** Whether the corpora of a run are being written. */
  private isPreparing = false

  constructor(
    private readonly store: LabelStore,
    private readonly jobs: Jobs,
    private readonly folder: string,
  ) {}

  /** Runs that a killed server left under way can be resumed; another server has those whose files are not here. */
  async recover(): Promise<void> {
    for (const { id } of await this.store.projects())
      for (const run of await this.store.runs(id))
        if (run.state === 'running' && existsSync(this.places(id, run).numbers))
          await this.store.saveRun(id, { ...run, state: 'stopped' })
  }

  list(project: string): Promise<ProjectRun[]> {
    return this.store.runs(project)
  }

  /** @throws Problem 404 */
  async get(project: string, number: number): Promise<ProjectRun> {
    const found = (await this.store.runs(project)).find(run => run.number === number)
    if (found) return found
    throw new Problem(404, 'studio/run', 'the project has no such run')
  }

  places(project: string, run: ProjectRun) {
    return placesOf(this.folderOf(project), run.folder)
  }

  private folderOf(project: string): string {
    return join(this.folder, 'projects', project)
  }

  /** Starts to train on what is labeled. @throws Problem 409 while another run trains; as `prepareRun` */
  async start(project: Project, settings: LabelTraining): Promise<Job> {
    this.checkFree()
    this.isPreparing = true
    try {
      return await this.prepareAndFollow(project, settings)
    } finally {
      this.isPreparing = false
    }
  }

  private async prepareAndFollow(project: Project, settings: LabelTraining): Promise<Job> {
    const begun = await this.store.addRun(project.id)
    try {
      const places = this.places(project.id, begun)
      mkdirSync(this.folderOf(project.id), { recursive: true })
      markAsOwn(places)
      const types = project.types.map(({ name }) => name)
      const parts = partsOf(await this.labeled(project.id), types)
      const prepared = await prepareRun(places, parts, settings)
      const { trained, heldOut } = prepared
      const run = { ...begun, trained, heldOut }
      return this.follow(project, run, { ...prepared.options, force: true }, prepared)
    } catch (error) {
      await this.store.removeRun(project.id, begun.number)
      throw error
    }
  }

  /** Goes on from the last checkpoint. @throws Problem 409; InputError `train/resume` */
  async resume(project: Project, number: number): Promise<Job> {
    const run = await this.get(project.id, number)
    if (run.state === 'running' || run.state === 'done')
      throw new Problem(409, 'studio/run', 'only a run that was stopped can be resumed')
    this.checkFree()
    const options = resumedRun(this.places(project.id, run).run, [])
    return this.follow(project, { ...run, state: 'running', message: undefined }, options)
  }

  private checkFree(): void {
    if (this.isPreparing || this.jobs.isTraining)
      throw new Problem(409, 'studio/busy', 'another run is under way: stop it, or wait for it')
  }

  private follow(project: Project, run: ProjectRun, options: TrainOptions, prepared?: PreparedRun): Job {
    return this.jobs.start(project.id, run.folder, async (emit, signal) => {
      await this.store.saveRun(project.id, run)
      try {
        if (prepared)
          emit({ kind: 'prepared', trained: run.trained, heldOut: run.heldOut, leftOut: prepared.leftOut })
        for await (const event of train({ ...options, signal })) emit(plainEvent(event))
        if (signal.aborted) {
          await this.store.saveRun(project.id, { ...run, state: 'stopped' })
          return
        }
        const evaluation = await this.evaluation(project.id, run, signal)
        const f1 = evaluation?.scores.exact.micro.f1 ?? null
        emit({ kind: 'scored', f1, heldOut: run.heldOut })
        await this.store.saveRun(project.id, { ...run, state: 'done', f1 })
        await this.suggest(project, run, emit, signal)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        const saved = (await this.store.runs(project.id)).find(({ number }) => number === run.number)
        if (saved?.state !== 'done')
          await this.store.saveRun(project.id, {
            ...run,
            ...(signal.aborted ? { state: 'stopped' as const } : { state: 'failed' as const, message }),
          })
        throw error
      }
    })
  }

  /** The latest run suggests labels for what is not labeled; suggestions of earlier ones go. */
  private async suggest(
    project: Project,
    run: ProjectRun,
    emit: (event: JobEvent) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const { count, parts } = await this.openTexts(project.id)
    const types = project.types.map(({ name }) => name)
    const from = { model: this.places(project.id, run).run }
    const job = { kind: 'suggest', from, source: run.folder, types, texts: count } as const
    for await (const message of runJob(job, signal, parts)) {
      if (message.kind === 'suggestions') await this.store.saveSuggestions(project.id, message.suggestions)
      if (message.kind === 'progress') emit({ ...message })
    }
    for (const { name } of await this.store.sources(project.id))
      if (isRunName(name) && name !== run.folder) await this.store.removeSuggestions(project.id, name)
  }

  /** Texts that nobody has labeled whole: how many, and part by part. */
  async openTexts(
    project: string,
  ): Promise<{ readonly count: number; readonly parts: AsyncIterable<readonly LabelDocument[]> }> {
    const done = new Set(
      (await this.store.labels(project))
        .filter(({ state }) => state === 'accepted')
        .map(({ document }) => document),
    )
    const { documents } = await this.store.progress(project)
    return { count: documents - done.size, parts: this.documentsWithout(project, done) }
  }

  /** A part is empty only at the end. */
  private async *documentsWithout(
    project: string,
    done: ReadonlySet<number>,
  ): AsyncGenerator<readonly LabelDocument[]> {
    for (let from = 0; ; ) {
      const next = await this.store.documents(project, from, DOCUMENTS)
      if (next.length === 0) return
      from = next[next.length - 1].number + 1
      const open = next.filter(({ number }) => !done.has(number))
      if (open.length > 0) yield open
    }
  }

  private async labeled(project: string): Promise<{ document: LabelDocument; label: Label }[]> {
    const { settled } = settledLabels(await this.store.labels(project))
    const pairs = []
    for (const label of settled)
      pairs.push({ document: await this.store.document(project, label.document), label })
    return pairs
  }

  /** Scores and errors of a run on what was held out from it; `undefined` if nothing was. */
  async evaluation(
    project: string,
    run: ProjectRun,
    signal?: AbortSignal,
  ): Promise<RunEvaluation | undefined> {
    const places = this.places(project, run)
    const key = places.run
    if (run.heldOut === 0 || this.evaluations.has(key)) return this.evaluations.get(key)
    const job = { kind: 'evaluate', model: places.run, corpus: places.heldOut } as const
    for await (const message of runJob(job, signal))
      if (message.kind === 'evaluation') this.evaluations.set(key, message.evaluation)
    return this.evaluations.get(key)
  }

  /** The events that the log of a run holds; none before it has one. */
  events(project: string, run: ProjectRun): readonly TrainEvent[] {
    const path = join(this.places(project, run).run, LOG)
    if (!existsSync(path)) return []
    const text = readFileSync(path, 'utf8')
    // Training may be writing the last line.
    return parseLog(text.slice(0, text.lastIndexOf('\n') + 1), run.folder)
  }
}

/** Without what only a command line shows. */
function plainEvent(event: TrainEvent): JobEvent {
  return event.kind === 'warning'
    ? { kind: 'warning', code: event.code, message: event.message }
    : { ...event }
}
