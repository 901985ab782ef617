import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { isInputError } from '../../base/errors.js'
import { anyConfigFrom } from '../../train/node/config-from.js'
import { train } from '../../train/node/train.js'
import type { LabeledTask } from '../label-studio/labeled-tasks.js'
import type { LabelStudioTrainer, TrainingStatus } from '../label-studio/trainer.js'
import { Problem } from '../problem.js'

export interface TrainerOptions {
  /** The folder for runs. */
  readonly runs: string
  /** The trained network to start from; without one, a CRF is trained from nothing. */
  readonly from: () => string | undefined
  /** What is labeled in a project now; default: what webhooks brought. */
  readonly labeled?: (project: number) => Promise<readonly LabeledTask[]>
  /** Serves a new run. */
  readonly serve: (run: string) => Promise<void>
  readonly onNotice: (message: string) => void
}

/** One line of a project's journal. */
type Entry =
  | ({ readonly kind: 'labeled' } & LabeledTask)
  | {
      readonly kind: 'forgotten'
      readonly annotations?: readonly number[]
      readonly tasks?: readonly number[]
    }

/** Labeled tasks that a training needs. */
const LEAST = 5
/** From so many tasks on, one in `HELD_OUT` is held out to choose the best epoch by. */
const ENOUGH = 20
const HELD_OUT = 5
/** Passes over the tasks from a trained network. */
const EPOCHS = 10

/**
 * Keeps labels in `RUNS/label-studio/PROJECT.jsonl`, a line for each event, and trains into `RUNS/label-studio-PROJECT-N`.
 */
export class FolderTrainer implements LabelStudioTrainer {
  private readonly journals = new Map<number, Map<number, LabeledTask>>()
  private readonly jobs = new Map<string, TrainingStatus>()
  private readonly stopped = new AbortController()
  private running?: Promise<void>
  /** Whether labels are being fetched. */
  private isStarting = false

  constructor(private readonly options: TrainerOptions) {}

  async keep(project: number, labeled: LabeledTask): Promise<void> {
    this.append(project, { kind: 'labeled', ...labeled })
  }

  async forget(project: number, what: Omit<Entry & { kind: 'forgotten' }, 'kind'>): Promise<void> {
    this.append(project, { kind: 'forgotten', ...what })
  }

  async start(project: number): Promise<string> {
    if (this.running || this.isStarting)
      throw new Problem(409, 'label-studio/training', 'a training is under way')
    this.isStarting = true
    try {
      return this.startWith(
        project,
        (await this.options.labeled?.(project)) ?? [...this.tasks(project).values()],
      )
    } finally {
      this.isStarting = false
    }
  }

  private startWith(project: number, tasks: readonly LabeledTask[]): string {
    if (tasks.length < LEAST)
      throw new Problem(
        422,
        'label-studio/labels',
        `expected at least ${LEAST} labeled tasks, got ${tasks.length}: webhooks of annotations bring them`,
      )
    const out = this.freePlace(project)
    const job = basename(out)
    this.jobs.set(job, { status: 'running', tasks: tasks.length })
    this.running = this.train(out, tasks)
      .then(
        f1 => void this.jobs.set(job, { status: 'done', tasks: tasks.length, f1 }),
        error => {
          const reason = isInputError(error) ? error.message : 'the training failed'
          this.jobs.set(job, { status: 'failed', tasks: tasks.length, error: reason })
          this.options.onNotice(`${job}: ${reason}`)
        },
      )
      .finally(() => {
        this.running = undefined
      })
    return job
  }

  status(job: string): TrainingStatus | undefined {
    return this.jobs.get(job)
  }

  /** Stops a training that is under way; it can be resumed. */
  async close(): Promise<void> {
    this.stopped.abort()
    await this.running
  }

  private async train(out: string, tasks: readonly LabeledTask[]): Promise<number | null | undefined> {
    const { serve, onNotice } = this.options
    const from = this.options.from()
    const isHeldOut = (i: number) => tasks.length >= ENOUGH && i % HELD_OUT === HELD_OUT - 1
    const labels = `${out}.labels`
    mkdirSync(labels, { recursive: true })
    const corpus = {
      train: write(
        join(labels, 'train.jsonl'),
        tasks.filter((_, i) => !isHeldOut(i)),
      ),
      ...(tasks.length >= ENOUGH && {
        dev: write(
          join(labels, 'dev.jsonl'),
          tasks.filter((_, i) => isHeldOut(i)),
        ),
      }),
    }
    const config = await anyConfigFrom(
      from === undefined
        ? { preset: 'crf', file: { corpus } }
        : { file: { from, corpus, training: { epochs: EPOCHS } } },
    )
    let f1: number | null | undefined
    let isDone = false
    for await (const event of train({ config, out, signal: this.stopped.signal })) {
      if (event.kind === 'epoch' && event.dev) f1 = event.dev.f1
      if (event.kind === 'done') isDone = event.reason !== 'interrupted'
    }
    if (!isDone) throw new Problem(503, 'label-studio/stopped', 'the training was stopped')
    await serve(out)
    onNotice(`${basename(out)}: trained from ${tasks.length} labeled tasks, and served now`)
    return f1
  }

  /** The tasks of a project, read from its journal once. */
  private tasks(project: number): Map<number, LabeledTask> {
    const known = this.journals.get(project)
    if (known) return known
    const tasks = new Map<number, LabeledTask>()
    const file = this.journal(project)
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    const whole = text.slice(0, text.lastIndexOf('\n') + 1)
    // What follows the last line's end was being written when the process was killed. The next line must not join it.
    if (whole !== text) truncateSync(file, Buffer.byteLength(whole))
    for (const line of whole.split('\n').slice(0, -1)) apply(tasks, JSON.parse(line) as Entry)
    this.journals.set(project, tasks)
    return tasks
  }

  private append(project: number, entry: Entry): void {
    const tasks = this.tasks(project)
    const file = this.journal(project)
    mkdirSync(join(this.options.runs, 'label-studio'), { recursive: true })
    const handle = openSync(file, 'a')
    try {
      writeSync(handle, `${JSON.stringify(entry)}\n`)
      fsyncSync(handle)
    } finally {
      closeSync(handle)
    }
    apply(tasks, entry)
  }

  private journal(project: number): string {
    return join(this.options.runs, 'label-studio', `${project}.jsonl`)
  }

  private freePlace(project: number): string {
    for (let n = 1; ; n++) {
      const place = join(this.options.runs, `label-studio-${project}-${n}`)
      if (!existsSync(place) && !existsSync(`${place}.labels`)) return place
    }
  }
}

function apply(tasks: Map<number, LabeledTask>, entry: Entry): void {
  if (entry.kind === 'labeled') {
    const { kind: _, ...labeled } = entry
    tasks.set(labeled.task, labeled)
    return
  }
  const annotations = new Set(entry.annotations)
  for (const id of entry.tasks ?? []) tasks.delete(id)
  for (const [id, { annotation }] of tasks) if (annotations.has(annotation)) tasks.delete(id)
}

/** @returns the file */
function write(file: string, tasks: readonly LabeledTask[]): string {
  const lines = tasks.map(({ task, text, entities }) =>
    JSON.stringify({ id: task, text, entities, offsets: 'utf16' }),
  )
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}
