import { plural } from '../base/plural.js'
import type { EpochEvent, StartEvent, StepEvent, TrainEvent } from '../run/events.js'
import type { CliContext } from './context.js'
import { formatDuration } from './duration.js'

const BAR_WIDTH = 20
const grouped = new Intl.NumberFormat('en-US')

/**
 * Shows training on stderr: a line an epoch, and on a terminal a bar that is redrawn in between.
 * In a pipe every line stands for good, so there are no bars and no colors.
 */
export class TrainProgress {
  private barShown = false

  constructor(private readonly context: CliContext) {}

  show(event: TrainEvent): void {
    switch (event.kind) {
      case 'start':
        this.showStart(event)
        break
      case 'step':
        this.showStep(event)
        break
      case 'epoch':
        this.showEpoch(event)
        break
      case 'warning':
        this.line(`${this.context.logColors.yellow('warning')} ${event.message}`)
        break
      case 'checkpoint':
        break
      case 'done':
        this.clearBar()
        break
      default:
        event satisfies never
    }
  }

  private showStart(event: StartEvent): void {
    const { bold } = this.context.logColors
    const count = (n: number) => grouped.format(n)
    this.line(
      `${bold('training')} on ${count(event.sentences)} ${plural(event.sentences, 'sentence')}, ` +
        `${count(event.tokens)} ${plural(event.tokens, 'token')}; ${typesOf(event)} as ${event.tags} ${plural(event.tags, 'tag')}`,
    )
    this.line(
      `${count(event.parameters)} parameters, ${count(event.words)} ${plural(event.words, event.unit)}; ${event.stepsPerEpoch} ${plural(event.stepsPerEpoch, 'step')} an epoch, ` +
        `up to ${event.epochs} ${plural(event.epochs, 'epoch')}; ${event.runtime}, ${event.threads} ${plural(event.threads, 'thread')}`,
    )
    if (event.epochSentences !== event.sentences)
      this.line(`sampled: about ${count(Math.round(event.epochSentences))} sentences an epoch`)
    if (event.vectors) {
      const { words, missing, exact, lower, digits, tokens } = event.vectors
      this.line(
        `pretrained vectors for ${count(words - missing)} of ${count(words)} training words ` +
          `(${count(exact)} as they are, ${count(lower)} in lower case, ${count(digits)} with digits replaced), ` +
          `${(100 - (100 * tokens.missing) / Math.max(1, tokens.words)).toFixed(1)} % of all tokens`,
      )
    }
    if (event.devSentences === 0)
      this.line('nothing to measure on after an epoch: all of them run and the last one is kept')
    if (event.resumedFrom)
      this.line(`resumed in epoch ${event.resumedFrom.epoch}, after step ${event.resumedFrom.step}`)
  }

  private showStep(event: StepEvent): void {
    if (!this.context.isTerminal.stderr) return
    const { dim, cyan } = this.context.logColors
    const filled = Math.round((event.step / event.steps) * BAR_WIDTH)
    const bar = cyan('━'.repeat(filled)) + dim('━'.repeat(BAR_WIDTH - filled))
    process.stderr.write(
      `\r\x1b[2K${bar} epoch ${event.epoch} step ${event.step}/${event.steps}  loss ${loss(event.loss)}  ` +
        `${rate(event.tokensPerSecond)}  ${formatDuration(event.secondsLeft)} left`,
    )
    this.barShown = true
  }

  private showEpoch(event: EpochEvent): void {
    const { bold, green, dim } = this.context.logColors
    const width = String(event.epochs).length
    const dev = event.dev
      ? `  dev P ${score(event.dev.precision)} R ${score(event.dev.recall)} F1 ${bold(score(event.dev.f1))}${
          event.best ? green(' best') : '     '
        }`
      : ''
    const left = event.secondsLeft > 0 ? `  ${formatDuration(event.secondsLeft)} left` : ''
    this.line(
      `epoch ${String(event.epoch).padStart(width)}/${event.epochs}  loss ${loss(event.loss)}${dev}` +
        dim(
          `  ${rate(event.tokensPerSecond)}  ${formatDuration(event.seconds + event.evaluationSeconds)}${left}`,
        ),
    )
  }

  private line(text: string): void {
    this.clearBar()
    this.context.log(text)
  }

  private clearBar(): void {
    if (this.barShown) process.stderr.write('\r\x1b[2K')
    this.barShown = false
  }
}

function rate(tokensPerSecond: number): string {
  return `${grouped.format(Math.round(tokensPerSecond))} tokens/s`
}

function score(value: number | null): string {
  return value === null ? '  –   ' : value.toFixed(4)
}

function typesOf({ types }: StartEvent): string {
  return types.length === 0
    ? 'no type'
    : `${types.length} ${plural(types.length, 'type')} (${types.join(', ')})`
}

/** Rounding may leave a loss a hair below zero. */
function loss(value: number): string {
  return value.toFixed(3).replace(/^-(0\.0+)$/, '$1')
}
