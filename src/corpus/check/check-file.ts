import type { Fault } from '../../base/errors.js'
import { SchemeDetector } from '../../tags/detect-scheme.js'
import { findIllFormed } from '../../tags/ill-formed.js'
import type { Scheme } from '../../tags/scheme.js'
import { lineOf, type Sentence } from '../sentence.js'
import { spansOf } from '../sentence-text.js'
import { LengthHistogram } from '../stats/length-histogram.js'
import { oddBoundary } from './boundaries.js'
import { characterFault, visible } from './characters.js'
import type { FindingKind, FindingLog } from './finding.js'
import type { MentionTypes } from './mentions.js'

/** No sentence up to this length is told, whatever the others are like. */
const LONG = 150
const LONG_MENTION = 12

const ROWS: FindingKind = {
  severity: 'error',
  code: 'faulty-rows',
  message: 'rows cannot be read',
  remedy: 'mend them; each says how',
}
const LONG_SENTENCE: FindingKind = {
  severity: 'warning',
  code: 'long-sentences',
  message: 'sentences are much longer than the rest',
  remedy: 'check for a missing empty line; split them if memory is short in training',
}
const LONG_ENTITY: FindingKind = {
  severity: 'warning',
  code: 'long-entities',
  message: `entities are longer than ${LONG_MENTION} tokens`,
  remedy: 'check for a missing O or B- tag',
}
const BOUNDARY: FindingKind = {
  severity: 'info',
  code: 'entity-punctuation',
  message: 'entities begin or end with punctuation',
  remedy: 'leave it outside of the entity, or do so everywhere alike',
}

/** Tag sequences of a file kept for the second look at ill-formed tags, once the scheme is known. */
const KEPT_TAGS = 200_000

export interface FileSummary {
  readonly file: string
  readonly sentences: number
  readonly tokens: number
  readonly entities: number
  readonly scheme: Scheme | null
  readonly illFormed: number
}

/** Looks at the sentences of one file as they come. */
export class FileChecker {
  readonly types = new Map<string, { count: number; firstLine: number }>()
  private readonly detector = new SchemeDetector()
  private readonly suspects = new Map<
    string,
    { tags: readonly string[]; lines: readonly number[]; count: number }
  >()
  private readonly lengths = new LengthHistogram()
  private readonly long: { where: string; length: number }[] = []
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

  fault(fault: Fault): void {
    this.log.addFault(ROWS, fault)
  }

  add(sentence: Sentence): void {
    const { tokens, tags } = sentence
    this.sentences++
    this.tokens += tokens.length
    this.lengths.add(tokens.length)
    if (tokens.length === 1) this.oneToken++
    if (tags.length === 0) this.unlabeled++
    if (tokens.length > LONG) this.long.push({ where: this.at(sentence, 0), length: tokens.length })
    tokens.forEach((token, i) => {
      const kind = characterFault(token)
      if (kind) this.log.add(kind, this.at(sentence, i), visible(token))
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
        this.log.add(LONG_SENTENCE, where, `${length} tokens (19 in 20 have up to ${typical})`)
    this.reportShares(scheme)
    return { file, sentences, tokens, entities, scheme, illFormed: found.illFormed }
  }

  private at(sentence: Sentence, token: number): string {
    return `${this.file}:${lineOf(sentence, token)}`
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
      if (end - start > LONG_MENTION)
        this.log.add(LONG_ENTITY, where, `${type}, ${end - start} tokens: ${mention}`)
      const side = oddBoundary(tokens, span)
      if (side) this.log.add(BOUNDARY, where, `${type} ${side === 'start' ? 'begins' : 'ends'}: ${mention}`)
    }
  }

  /** Keeps one sentence of each sequence of tags that could be ill-formed in some scheme. */
  private keepTags({ tags, lines }: Sentence): void {
    if (tags.length === 0 || this.suspects.size >= KEPT_TAGS) return
    if (findIllFormed(tags, 'BIO').length === 0 && findIllFormed(tags, 'IOB1').length === 0) return
    const key = tags.join(' ')
    const known = this.suspects.get(key)
    if (known) known.count++
    else this.suspects.set(key, { tags, lines, count: 1 })
  }

  private reportIllFormed(scheme: Scheme, total: number): void {
    const kind: FindingKind = {
      severity: 'warning',
      code: `ill-formed-tags`,
      message: 'tags break the scheme that the file is in otherwise',
      remedy: `mend them, or rewrite the file: nerite corpus convert ${this.file} OUT --scheme ${scheme}`,
    }
    let left = total
    for (const { tags, lines, count } of this.suspects.values())
      for (const { index, tag, kind: why } of findIllFormed(tags, scheme)) {
        const where = `${this.file}:${lines[Math.min(index, lines.length - 1)]}`
        const before = index > 0 ? tags[index - 1] : 'the start'
        this.log.add(kind, where, `${tag} after ${before} (${why} in ${scheme})`, Math.min(count, left))
        left -= Math.min(count, left)
      }
    if (left > 0) this.log.add(kind, this.file, `${left} more in ${scheme}`, left)
  }

  private reportShares(scheme: Scheme | null): void {
    const { log, file, sentences } = this
    const info = (
      code: string,
      message: string,
      remedy: string,
      count: number,
      severity: 'info' | 'warning' = 'info',
    ) =>
      log.add(
        { severity, code, message, remedy },
        file,
        `${count} of ${sentences} sentences (${((100 * count) / sentences).toFixed(1)}%)`,
        count,
      )
    if (sentences === 0) return
    if (this.unlabeled > 0)
      info(
        'unlabeled',
        'sentences have no tags',
        'fine for predicting; useless for training',
        this.unlabeled,
        'warning',
      )
    else if (scheme === null)
      info(
        'no-entities',
        'no sentence holds an entity',
        'check which column holds the tags: --tag-column',
        sentences,
        'warning',
      )
    else if (this.withoutEntities === 0 && sentences >= 20)
      info(
        'only-with-entities',
        'sentences all hold entities, so that nothing shows what is none',
        'add text without entities if real text has such',
        sentences,
        'warning',
      )
    else if (this.withoutEntities > 0)
      info(
        'sentences-without-entities',
        'sentences hold no entity',
        'keep them if real text is like that: they teach what is no entity',
        this.withoutEntities,
        this.withoutEntities > 0.9 * sentences ? 'warning' : 'info',
      )
    if (this.oneToken > 0)
      info(
        'one-token-sentences',
        'sentences are one token long',
        'headings and list items are fine; else check where sentences were split',
        this.oneToken,
        this.oneToken > 0.3 * sentences ? 'warning' : 'info',
      )
  }
}
