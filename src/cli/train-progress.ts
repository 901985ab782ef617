import { type Message, say, setting } from '../base/fault.js'
import { plural } from '../base/plural.js'
import type { RecognizerKind } from '../config/schema.js'
import { formatCount } from '../evaluate/format-number.js'
import type { EpochEvent, StartEvent, StepEvent, TrainEvent } from '../run/events.js'
import type { CliContext } from './context.js'
import { formatDuration } from './duration.js'

const BAR_WIDTH = 20

/**
 * Shows training on stderr: one line per epoch, and on a terminal a bar that is redrawn in between. In a pipe every line
 * stays, so there are no bars and no colors.
 */
export class TrainProgress {
  constructor(private readonly context: CliContext) {}

  show(event: TrainEvent): void {
    const { context } = this
    if (event.kind === 'step') {
      if (context.isTerminal.stderr) context.showStatus(this.bar(event))
      return
    }
    if (event.kind === 'checkpoint') return
    context.showStatus('')
    if (event.kind === 'start') for (const line of this.startLines(event)) context.log(line)
    else if (event.kind === 'epoch') context.log(this.epochLine(event))
    else if (event.kind === 'warning') context.warn(event.note ?? event.message)
    else event.kind satisfies 'done'
  }

  private startLines(event: StartEvent): string[] {
    const { sentences, tokens, types, epochSentences, vectors, resumedFrom } = event
    const found = types.length === 0 ? 'no type' : `${counted(types.length, 'type')} (${types.join(', ')})`
    const lines = [
      `${this.context.logColors.bold('training')} on ${counted(sentences, 'sentence')}, ${counted(tokens, 'token')}; ` +
        `${found} as ${counted(event.tags, 'tag')}`,
      SIZE_LINES[event.recognizer](event),
    ]
    if (event.from)
      lines.push(`starts from ${event.from.model}${event.from.keepTypes ? ', whose types are kept' : ''}`)
    if (Object.keys(event.chosen).length > 0) lines.push(this.context.spelled(chosenLine(event)))
    if (epochSentences !== sentences)
      lines.push(`sampled: about ${formatCount(Math.round(epochSentences))} sentences per epoch`)
    if (vectors) {
      const { words, missing, exact, lower, digits, tokens } = vectors
      const covered = 100 - (100 * tokens.missing) / Math.max(1, tokens.words)
      lines.push(
        `pretrained vectors for ${formatCount(words - missing)} of ${formatCount(words)} training words ` +
          `(${formatCount(exact)} as they are, ${formatCount(lower)} in lower case, ` +
          `${formatCount(digits)} with digits replaced), ${covered.toFixed(1)} % of all tokens`,
      )
    }
    if (event.devSentences === 0 && event.recognizer === 'neural')
      lines.push('nothing to measure on after an epoch: all epochs run and the last one is kept')
    if (resumedFrom) lines.push(`resumed in epoch ${resumedFrom.epoch}, after step ${resumedFrom.step}`)
    return lines
  }

  private bar(event: StepEvent): string {
    const { dim, cyan } = this.context.logColors
    const filled = Math.round((event.step / event.steps) * BAR_WIDTH)
    return (
      `${cyan('━'.repeat(filled))}${dim('━'.repeat(BAR_WIDTH - filled))} epoch ${event.epoch} ` +
      `step ${event.step}/${event.steps}  loss ${formatLoss(event.loss)}  ` +
      `${rate(event.tokensPerSecond)}  ${formatDuration(event.secondsLeft)} left`
    )
  }

  private epochLine(event: EpochEvent): string {
    const { bold, green, dim } = this.context.logColors
    const { dev, secondsLeft } = event
    const epoch = String(event.epoch).padStart(String(event.epochs).length)
    const best = event.best ? green(' best') : '     '
    const scores = dev
      ? `  dev P ${score(dev.precision)} R ${score(dev.recall)} F1 ${bold(score(dev.f1))}${best}`
      : ''
    const left = secondsLeft > 0 ? `  ${formatDuration(secondsLeft)} left` : ''
    const took = formatDuration(event.seconds + event.evaluationSeconds)
    return (
      `epoch ${epoch}/${event.epochs}  loss ${formatLoss(event.loss)}${scores}` +
      dim(`  ${rate(event.tokensPerSecond)}  ${took}${left}`)
    )
  }
}

/** How large a model is and how long it trains, by its kind. */
const SIZE_LINES: Readonly<Record<RecognizerKind, (event: StartEvent) => string>> = {
  neural: event =>
    `${formatCount(event.parameters)} parameters, ${counted(event.words, event.unit)}; ` +
    `${counted(event.stepsPerEpoch, 'step')} per epoch, up to ${counted(event.epochs, 'epoch')}; ` +
    `${event.runtime}, ${counted(event.threads, 'thread')}`,
  crf: event =>
    `a linear-chain CRF of ${formatCount(event.parameters)} weights, ${counted(event.features ?? 0, 'feature')}; ` +
    `up to ${counted(event.epochs, 'iteration')}, ${counted(event.threads, 'thread')}`,
  bootstrap: event =>
    `decision lists of ${counted(event.parameters, 'rule')}, learned from ${counted(event.words, 'candidate')}`,
  hmm: event =>
    `a hidden Markov model of ${formatCount(event.parameters)} counts, ${counted(event.words, 'word')}`,
}

/** Which settings were left to the program, and what it chose. */
function chosenLine({ chosen, sentences }: StartEvent): Message {
  const settings = Object.entries(chosen).map(([path, value]) => say`${setting(path, String(value))}`)
  return say`chosen for ${counted(sentences, 'sentence')}: ${settings.reduce((all, one) => say`${all} ${one}`)}`
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${plural(count, noun)}`
}

function rate(tokensPerSecond: number): string {
  return `${formatCount(Math.round(tokensPerSecond))} tokens/s`
}

function score(value: number | null): string {
  return value === null ? '  –   ' : value.toFixed(4)
}

/** Rounding may leave a loss slightly below zero. */
function formatLoss(value: number): string {
  return value.toFixed(3).replace(/^-(0\.0+)$/, '$1')
}
