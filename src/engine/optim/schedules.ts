/**
 * Learning rates over a run. A schedule gives a factor of the base rate; all but `plateau` are pure functions of the
 * progress, so that only `plateau` has a state to keep.
 *
 * - `constant`
 * - `step`: × `factor` (default 0.5) after every `every` epochs (default 1).
 * - `sqrt2-per-epoch`: ÷ √2 after every epoch.
 * - `inverse-time`: ÷ (1 + `decay` · epoch).
 * - `exponential`: × e^(−`decay` · epoch).
 * - `linear-warmup`: up to 1 over `warmupSteps`, then down to 0 at the run's last step.
 * - `one-cycle`: Smith & Topin 2018 with cosine slopes, as torch's OneCycleLR: from 1/25 up to 1 over the first
 *   30 % of the steps, then down to 1/250,000.
 * - `plateau`: × `factor` (default 0.5) where the score has not risen for more than `patience` epochs, never below
 *   `minFactor` of the base rate.
 *
 * Epochs are whole: the rate changes between epochs, not within. `warmupSteps` above 0 puts a linear warm-up before
 * every other kind too (but `one-cycle`, which has its own: a configuration that asks for both is refused).
 */
export interface ScheduleConfig {
  readonly kind: ScheduleKind
  /** `inverse-time` and `exponential`, ≥ 0. */
  readonly decay?: number
  readonly warmupSteps?: number
  /** `step`: epochs between two cuts. */
  readonly every?: number
  /** `step` and `plateau`, (0, 1]. */
  readonly factor?: number
  /** `plateau`: epochs without a better score that are borne. Default 2. */
  readonly patience?: number
  /** `plateau`, [0, 1]. Default 0. */
  readonly minFactor?: number
}

export type ScheduleKind =
  | 'constant'
  | 'step'
  | 'sqrt2-per-epoch'
  | 'inverse-time'
  | 'exponential'
  | 'linear-warmup'
  | 'one-cycle'
  | 'plateau'

/** Where a run stands, both counted from 0: the update about to be made, and the epoch it belongs to. */
export interface Progress {
  readonly step: number
  readonly epoch: number
  /** Updates in the whole run. */
  readonly totalSteps: number
}

export interface ScheduleState {
  readonly factor: number
  readonly best: number | null
  readonly waited: number
}

/**
 * @example
 * const schedule = createSchedule({ kind: 'inverse-time', decay: 0.05 })
 * const rate = 0.0015 * schedule.factor({ step, epoch, totalSteps })
 */
export function createSchedule(config: ScheduleConfig): Schedule {
  return new Schedule(config)
}

export class Schedule {
  private plateau: ScheduleState = { factor: 1, best: null, waited: 0 }

  constructor(private readonly config: ScheduleConfig) {
    const { decay = 0, factor = 0.5, every = 1, warmupSteps = 0 } = config
    if (!(decay >= 0) || !(factor > 0 && factor <= 1) || !(every >= 1) || !(warmupSteps >= 0))
      throw new RangeError(`a schedule's numbers are out of range: ${JSON.stringify(config)}`)
  }

  /** What to multiply the base learning rate by; in [0, 1]. */
  factor(progress: Progress): number {
    return scheduleFactor(this.config, progress) * this.plateau.factor
  }

  /** Tells the score of an epoch, higher being better; only `plateau` heeds it. `null` counts as no better. */
  observe(score: number | null): void {
    if (this.config.kind !== 'plateau') return
    const { factor, best, waited } = this.plateau
    if (score !== null && (best === null || score > best)) {
      this.plateau = { factor, best: score, waited: 0 }
      return
    }
    const { patience = 2, factor: cut = 0.5, minFactor = 0 } = this.config
    const cutNow = waited + 1 > patience
    this.plateau = cutNow
      ? { factor: Math.max(minFactor, factor * cut), best, waited: 0 }
      : { factor, best, waited: waited + 1 }
  }

  state(): ScheduleState {
    return this.plateau
  }

  restore(state: ScheduleState): void {
    this.plateau = state
  }
}

/** The part of a schedule that follows from the progress alone. */
export function scheduleFactor(config: ScheduleConfig, progress: Progress): number {
  const { kind, warmupSteps = 0, decay = 0, every = 1, factor = 0.5 } = config
  const { step, epoch, totalSteps } = progress
  if (kind === 'one-cycle') return oneCycle(step, totalSteps)
  if (step < warmupSteps) return (step + 1) / (warmupSteps + 1)
  switch (kind) {
    case 'constant':
    case 'plateau':
      return 1
    case 'step':
      return factor ** Math.floor(epoch / every)
    case 'sqrt2-per-epoch':
      return Math.SQRT1_2 ** epoch
    case 'inverse-time':
      return 1 / (1 + decay * epoch)
    case 'exponential':
      return Math.exp(-decay * epoch)
    case 'linear-warmup':
      return Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps))
    default:
      return kind satisfies never
  }
}

function oneCycle(step: number, totalSteps: number): number {
  const [start, end, rising] = [1 / 25, 1 / 250_000, 0.3]
  const peak = rising * totalSteps - 1
  const between = (from: number, to: number, share: number) =>
    to + ((from - to) / 2) * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, share))))
  // A run too short to rise begins at the peak.
  if (step <= peak) return between(start, 1, step / peak)
  return between(1, end, (step - peak) / Math.max(1, totalSteps - 1 - peak))
}
