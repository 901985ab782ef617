import { type FilePlace, option, say, verb } from '../../base/fault.js'
import { SchemeDetector } from '../../tags/detect-scheme.js'
import { findIllFormed } from '../../tags/ill-formed.js'
import type { Scheme } from '../../tags/scheme.js'
import { lineOf, type Sentence } from '../sentence.js'
import { spansOf } from '../sentence-text.js'
import { LengthHistogram } from '../stats/length-histogram.js'
import { oddBoundary } from './boundaries.js'
import { unusualCharacters, visible } from './characters.js'
import type { FindingLog } from './finding.js'
import { type FindingCode, LONG_ENTITY, type Severity } from './finding-kinds.js'
import type { MentionTypes } from './mentions.js'

/** Sentences up to this length are never reported, however short the others are. */
const LONG_SENTENCE = 150
/** How many tag sequences of a file are kept to look for ill-formed tags when the scheme is known. */
const KEPT_TAGS = 200_000

export interface FileSummary {
  readonly file: string
  readonly sentences: number
  readonly tokens: number
  readonly entities: number
  readonly scheme: Scheme | null
  readonly illFormed: number
}

/** Checks the sentences of one file as they come. */
export class FileChecker {
  readonly types = new Map<string, { count: number; firstLine: number }>()
  private readonly detector = new SchemeDetector()
  private readonly suspects = new Map<
    string,
    { tags: readonly string[]; lines: readonly number[]; count: number }
  >()
  private readonly lengths = new LengthHistogram()
  private readonly long: { where: FilePlace; length: number }[] = []
  private sentences = 0
  private tokens = 0
  private entities = 0
  private withoutEntities = 0
  private oneToken = 0
  private unlabeled = 0

  constructor(
    private readonly file: string,
    private readonly log: FindingLog,
    private readonly mentions: MentionTypes,
  ) {}

  add(sentence: Sentence): void {
    const { tokens, tags } = sentence
    this.sentences++
    this.tokens += tokens.length
    this.lengths.add(tokens.length)
    if (tokens.length === 1) this.oneToken++
    if (tags.length === 0) this.unlabeled++
    if (tokens.length > LONG_SENTENCE) this.long.push({ where: this.at(sentence), length: tokens.length })
    tokens.forEach((token, i) => {
      const code = unusualCharacters(token)
      if (code) this.log.add(code, this.at(sentence, i), visible(token))
    })
    this.detector.add(tags)
    this.keepTags(sentence)
    this.addEntities(sentence)
  }

  /** Reports what only the whole file shows. */
  finish(): FileSummary {
    const { file, sentences, tokens, entities } = this
    const found = this.detector.result()
    const scheme = found.entityTags > 0 ? found.scheme : null
    if (scheme && found.illFormed > 0) this.reportIllFormed(scheme, found.illFormed)
    const typical = this.lengths.quantile(0.95)
    for (const { where, length } of this.long)
      if (length > 3 * typical)
        this.log.add('long-sentences', where, `${length} tokens (95% have up to ${typical})`)
    this.reportShares(scheme)
    return { file, sentences, tokens, entities, scheme, illFormed: found.illFormed }
  }

  private at(sentence: Sentence, token = 0): FilePlace {
    return { file: this.file, line: lineOf(sentence, token) }
  }

  private addEntities(sentence: Sentence): void {
    const { tokens } = sentence
    const spans = spansOf(sentence)
    if (spans.length === 0) this.withoutEntities++
    this.entities += spans.length
    for (const span of spans) {
      const { start, end, type } = span
      const where = this.at(sentence, start)
      const mention = tokens.slice(start, end).join(' ')
      const known = this.types.get(type)
      if (known) known.count++
      else this.types.set(type, { count: 1, firstLine: lineOf(sentence, start) })
      this.mentions.add(mention, type, where)
      if (end - start > LONG_ENTITY)
        this.log.add('long-entities', where, `${type}, ${end - start} tokens: ${mention}`)
      const side = oddBoundary(tokens, span)
      if (side)
        this.log.add(
          'entity-punctuation',
          where,
          `${type} ${side === 'start' ? 'begins' : 'ends'}: ${mention}`,
        )
    }
  }

  /** Keeps one sentence of each sequence of tags that may be ill-formed in some scheme. */
  private keepTags({ tags, lines }: Sentence): void {
    if (tags.length === 0 || this.suspects.size >= KEPT_TAGS) return
    if (findIllFormed(tags, 'BIO').length === 0 && findIllFormed(tags, 'IOB1').length === 0) return
    const key = tags.join(' ')
    const known = this.suspects.get(key)
    if (known) known.count++
    else this.suspects.set(key, { tags, lines, count: 1 })
  }

  private reportIllFormed(scheme: Scheme, total: number): void {
    const { file, log } = this
    const convert = verb('corpus convert', [file, 'OUT'], [option('scheme', scheme)])
    const remedy = say`fix them, or convert the file: ${convert}`
    let left = total
    for (const { tags, lines, count } of this.suspects.values())
      for (const { index, tag, kind } of findIllFormed(tags, scheme)) {
        const where = { file, line: lines[Math.min(index, lines.length - 1)] }
        const before = index > 0 ? tags[index - 1] : 'the start'
        const times = Math.min(count, left)
        log.add('ill-formed-tags', where, `${tag} after ${before} (${kind} in ${scheme})`, { times, remedy })
        left -= times
      }
    if (left > 0) log.add('ill-formed-tags', { file }, `${left} more in ${scheme}`, { times: left, remedy })
  }

  private reportShares(scheme: Scheme | null): void {
    const { log, file, sentences, unlabeled, withoutEntities, oneToken } = this
    if (sentences === 0) return
    const report = (code: FindingCode, count: number, severity?: Severity) =>
      log.add(
        code,
        { file },
        `${count} of ${sentences} sentences (${((100 * count) / sentences).toFixed(1)}%)`,
        { times: count, ...(severity && { severity }) },
      )
    if (unlabeled > 0) report('unlabeled', unlabeled)
    else if (scheme === null) report('no-entities', sentences)
    else if (withoutEntities === 0 && sentences >= 20) report('only-with-entities', sentences)
    else if (withoutEntities > 0)
      report(
        'sentences-without-entities',
        withoutEntities,
        withoutEntities > 0.9 * sentences ? 'warning' : 'info',
      )
    if (oneToken > 0) report('one-token-sentences', oneToken, oneToken > 0.3 * sentences ? 'warning' : 'info')
  }
}
