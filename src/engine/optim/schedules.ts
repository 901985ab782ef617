/**
 * A learning rate over a run: a factor of the base rate.
 *
 * - `constant`
 * - `step`: × `factor` (default 0.5) after every `every` epochs (default 1).
 * - `sqrt2-per-epoch`: ÷ √2 after every epoch.
 * - `inverse-time`: ÷ (1 + `decay` · epoch).
 * - `exponential`: × e^(−`decay` · epoch).
 * - `linear-warmup`: up to 1 over `warmupSteps`, or over `warmupShare` of the run's steps if those are more, then down to 0
 *   at the run's last step.
 * - `one-cycle`: Smith & Topin 2018 with cosine slopes, as PyTorch's OneCycleLR: from 1/25 up to 1 over the first 30 % of
 *   the steps, then down to 1/250,000.
 * - `plateau`: × `factor` (default 0.5) when the score has not improved for more than `patience` epochs (default 2), but
 *   never below `minFactor` of the base rate (default 0).
 *
 * The rate changes between epochs, not within one. `warmupSteps` puts a linear warm-up before every kind (but `one-cycle`
 * has its own).
 */
export type ScheduleConfig = { readonly warmupSteps?: number } & (
  | { readonly kind: 'constant' | 'sqrt2-per-epoch' | 'one-cycle' }
  /** `warmupShare` in [0, 1), default 0. */
  | { readonly kind: 'linear-warmup'; readonly warmupShare?: number }
  | { readonly kind: 'step'; readonly every?: number; readonly factor?: number }
  /** `decay` ≥ 0. */
  | { readonly kind: 'inverse-time' | 'exponential'; readonly decay?: number }
  /** `factor` in (0, 1], `minFactor` in [0, 1]. */
  | {
      readonly kind: 'plateau'
      readonly factor?: number
      readonly patience?: number
      readonly minFactor?: number
    }
)

/** Where a run stands, counted from 0: the update about to be made, and its epoch. */
export interface Progress {
  readonly step: number
  readonly epoch: number
  /** Updates in the whole run. */
  readonly totalSteps: number
}

/** Only `plateau` changes it: all other kinds follow from the progress alone. */
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

  /** @throws RangeError for numbers out of range */
  constructor(private readonly config: ScheduleConfig) {
    const defaults = { decay: 0, factor: 1, every: 1, warmupSteps: 0, warmupShare: 0 }
    const { decay, factor, every, warmupSteps, warmupShare } = { ...defaults, ...config }
    if (
      !(
        warmupShare >= 0 &&
        warmupShare < 1 &&
        decay >= 0 &&
        factor > 0 &&
        factor <= 1 &&
        every >= 1 &&
        warmupSteps >= 0
      )
    )
      throw new RangeError(`schedule: numbers out of range: ${JSON.stringify(config)}`)
  }

  /** What to multiply the base learning rate by, in [0, 1]. */
  factor(progress: Progress): number {
    return progressFactor(this.config, progress) * this.plateau.factor
  }

  /** Tells `plateau` the score of an epoch, higher being better; `null` counts as no improvement. */
  observe(score: number | null): void {
    if (this.config.kind !== 'plateau') return
    const { patience = 2, factor: cut = 0.5, minFactor = 0 } = this.config
    const { factor, best, waited } = this.plateau
    if (score !== null && (best === null || score > best)) this.plateau = { factor, best: score, waited: 0 }
    else if (waited < patience) this.plateau = { factor, best, waited: waited + 1 }
    else this.plateau = { factor: Math.max(minFactor, factor * cut), best, waited: 0 }
  }

  state(): ScheduleState {
    return this.plateau
  }

  restore(state: ScheduleState): void {
    this.plateau = state
  }
}

function progressFactor(config: ScheduleConfig, { step, epoch, totalSteps }: Progress): number {
  const warmupSteps = warmupOf(config, totalSteps)
  if (step < warmupSteps && config.kind !== 'one-cycle') return (step + 1) / (warmupSteps + 1)
  switch (config.kind) {
    case 'constant':
    case 'plateau':
      return 1
    case 'step': {
      const { factor = 0.5, every = 1 } = config
      return factor ** Math.floor(epoch / every)
    }
    case 'sqrt2-per-epoch':
      return Math.SQRT1_2 ** epoch
    case 'inverse-time':
      return 1 / (1 + (config.decay ?? 0) * epoch)
    case 'exponential':
      return Math.exp(-(config.decay ?? 0) * epoch)
    case 'one-cycle':
      return oneCycle(step, totalSteps)
    case 'linear-warmup':
      return Math.max(0, (totalSteps - step) / Math.max(1, totalSteps - warmupSteps))
    default:
      return config satisfies never
  }
}

function warmupOf(config: ScheduleConfig, totalSteps: number): number {
  const { warmupSteps = 0 } = config
  if (config.kind !== 'linear-warmup') return warmupSteps
  return Math.max(warmupSteps, Math.round((config.warmupShare ?? 0) * totalSteps))
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
