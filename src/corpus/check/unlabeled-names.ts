import { IntList } from '../../base/int-list.js'
import type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './check.js'
import { info, share, warning } from './finding.js'

const REGIONS = warning(
  'unlabeled-regions',
  'parts of a file are not labeled: names that are labeled in the rest of it are not labeled there',
  'label these parts, or remove them; a tagger learns from them that names are no entities',
)
const HALF = warning(
  'half-labeled',
  'places of names that are labeled elsewhere in the file are not labeled',
  'label the rest; a tagger learns from these places that names are no entities',
)
const NAMES = info(
  'unlabeled-names',
  'names that are nearly always labeled are not labeled in some places',
  'look at these places; some may have been missed',
)

/** Names that are labeled elsewhere in a file but not here, one by one or in whole regions. */
export const unlabeledNames: CheckKind = {
  finds: [REGIONS, HALF, NAMES],
  create: context => new UnlabeledNameCheck(context),
}

/** No more occurrences of one file are kept. */
const CAPACITY = 4_000_000
/** Sentences of a block, in which some label shows that an annotator was there. */
const BLOCK = 25
/** A name must be labeled this often, and in such a share of its occurrences where other labels are. */
const OFTEN = 3
const RELIABLE = 0.6
/** To be reported one by one. */
const VERY_OFTEN = 10
const VERY_RELIABLE = 0.95
/**
 * A file is half-labeled if so many names with a capital are not labeled where other labels are near. Corpora that were
 * labeled with care have at most 0.1, also tweets.
 */
const HALF_SHARE = 0.15
const HALF_COUNT = 20
/** A name that is labeled in fewer places may be a common word. */
const HALF_RELIABLE = 0.2
/** Occurrences in an unlabeled region, and how much more likely it must be than chance (log-likelihood ratio). */
const MANY = 8
const SURE = 18

interface Name {
  readonly text: string
  labeled: number
  /** Only where other labels are near. */
  unlabeled: number
}

interface Region {
  /** Indexes of events: from is the first unlabeled one, to is after the last. */
  readonly from: number
  readonly to: number
  readonly score: number
}

class UnlabeledNameCheck implements Check {
  private names = new Map<number, Name>()
  /** For each occurrence of something that may be a name: its key, its line, its block and whether it is labeled. */
  private keys = new IntList()
  private lines = new IntList()
  private blocks = new IntList()
  private labeled = new IntList()
  private sentences = 0
  private lastLine = 0

  constructor(private readonly context: CheckContext) {}

  add(sentence: CheckedSentence): void {
    const { tokens, tags, spans, words, at } = sentence
    const block = Math.floor(this.sentences++ / BLOCK)
    this.lastLine = at(tokens.length - 1).line ?? 0
    if (tags.length === 0 || this.keys.length > CAPACITY) return
    let next = 0
    for (let i = 0; i < tokens.length; i++) {
      if (next < spans.length && spans[next].start === i) {
        const { start, end } = spans[next++]
        this.addLabeled(keyOf(words, start, end), tokens, start, end)
        this.addEvent(keyOf(words, start, end), at(start).line ?? 0, block, 1)
        i = end - 1
        continue
      }
      if (!isWordLike(tokens[i])) continue
      this.addEvent(words[i], at(i).line ?? 0, block, 0)
      let end = i + 1
      const stop = next < spans.length ? spans[next].start : tokens.length
      if (!isCapital(tokens[i])) continue
      while (end < stop && isCapital(tokens[end])) end++
      if (end - i > 1) this.addEvent(keyOf(words, i, end), at(i).line ?? 0, block, 0)
    }
  }

  endFile({ file }: FileSummary): void {
    this.countUnlabeled()
    const events = this.namesOnly()
    const regions = this.regions(events)
    for (const region of regions) this.reportRegion(file, events, region)
    this.reportHalf(file)
    this.reportNames(file, events, regions)
    this.names = new Map()
    for (const list of [this.keys, this.lines, this.blocks, this.labeled]) list.clear()
    this.sentences = 0
  }

  private addLabeled(key: number, tokens: readonly string[], start: number, end: number): void {
    const known = this.names.get(key)
    if (known) known.labeled++
    else
      this.names.set(key, { text: tokens.slice(start, end).join(' ').slice(0, 60), labeled: 1, unlabeled: 0 })
  }

  private addEvent(key: number, line: number, block: number, labeled: 0 | 1): void {
    this.keys.push(key)
    this.lines.push(line)
    this.blocks.push(block)
    this.labeled.push(labeled)
  }

  private countUnlabeled(): void {
    const { keys, blocks, labeled, names } = this
    const withLabels = new Set<number>()
    for (let i = 0; i < keys.length; i++) if (labeled.at(i) === 1) withLabels.add(blocks.at(i))
    for (let i = 0; i < keys.length; i++) {
      if (labeled.at(i) === 1 || !withLabels.has(blocks.at(i))) continue
      const name = names.get(keys.at(i))
      if (name) name.unlabeled++
    }
  }

  /** Indexes of labels, and of unlabeled occurrences of reliable names. */
  private namesOnly(): number[] {
    const { keys, labeled, names } = this
    const events: number[] = []
    for (let i = 0; i < keys.length; i++) {
      if (labeled.at(i) === 1) events.push(i)
      else {
        const name = names.get(keys.at(i))
        if (name && name.labeled >= OFTEN && reliability(name) >= RELIABLE) events.push(i)
      }
    }
    return events
  }

  /** The stretches in which far more names are unlabeled than in the rest, best first (Kadane's maximal segments). */
  private regions(events: readonly number[]): Region[] {
    const { labeled, names } = this
    let labels = 0
    let missed = 0
    for (const { labeled, unlabeled } of names.values()) {
      labels += labeled
      if (labeled >= OFTEN && labeled / (labeled + unlabeled) >= RELIABLE) missed += unlabeled
    }
    const usual = Math.min(0.5, Math.max(0.03, missed / Math.max(1, labels + missed)))
    const gain = Math.log(0.98 / usual)
    const loss = Math.log(0.02 / (1 - usual))
    const found: Region[] = []
    let from = 0
    let score = 0
    let best: Region | undefined
    const close = () => {
      if (best && best.score >= SURE) found.push(best)
      best = undefined
      score = 0
    }
    for (const [i, event] of events.entries()) {
      if (score === 0) from = i
      score = Math.max(0, score + (labeled.at(event) === 1 ? loss : gain))
      if (score === 0) close()
      else if (score > (best?.score ?? 0)) best = { from, to: i + 1, score }
      else if (best && score < best.score - SURE) close()
    }
    close()
    return found.filter(region => this.unlabeledIn(events, region).length >= MANY)
  }

  private unlabeledIn(events: readonly number[], { from, to }: Region): number[] {
    return events.slice(from, to).filter(event => this.labeled.at(event) === 0)
  }

  private reportRegion(file: string, events: readonly number[], region: Region): void {
    const { lines, keys, names } = this
    const missed = this.unlabeledIn(events, region)
    const line = lines.at(missed[0])
    const isEnd = region.to === events.length
    const last = isEnd ? this.lastLine : lines.at(missed[missed.length - 1])
    const shown = [...new Set(missed.map(event => names.get(keys.at(event))?.text))].slice(0, 4).join(', ')
    const labels = region.to - region.from - missed.length
    const where = `to line ${last.toLocaleString('en-US')}${isEnd ? ' (the end)' : ''}`
    const text = `from here ${where}, ${missed.length} names are not labeled and ${labels === 0 ? 'none' : labels} are: ${shown} …`
    this.context.log.add(REGIONS, { file, line }, text)
  }

  private reportHalf(file: string): void {
    const { keys, lines, labeled, names } = this
    const known = [...names.values()].filter(
      name => name.labeled >= OFTEN && isCapital(name.text) && reliability(name) >= HALF_RELIABLE,
    )
    const missed = known.reduce((sum, { unlabeled }) => sum + unlabeled, 0)
    const total = known.reduce((sum, { labeled }) => sum + labeled, missed)
    if (missed < HALF_COUNT || missed < HALF_SHARE * total) return
    const { log } = this.context
    log.add(HALF, { file }, share(missed, total, 'places'), { times: missed, total })
    const shown = new Set<Name>()
    for (let i = 0; i < keys.length && shown.size < 4; i++) {
      const name = names.get(keys.at(i))
      if (labeled.at(i) === 1 || !name || shown.has(name) || !known.includes(name)) continue
      shown.add(name)
      const count = share(name.labeled, name.labeled + name.unlabeled, 'places')
      log.add(HALF, { file, line: lines.at(i) }, `${name.text}, labeled in ${count}`, { times: 0 })
    }
  }

  private reportNames(file: string, events: readonly number[], regions: readonly Region[]): void {
    const { keys, lines, labeled, names } = this
    const inRegion = new Set(regions.flatMap(region => this.unlabeledIn(events, region)))
    const missed: number[] = []
    for (const event of events) {
      const name = names.get(keys.at(event))
      if (!name || name.labeled < VERY_OFTEN || reliability(name) < VERY_RELIABLE) continue
      if (labeled.at(event) === 0 && !inRegion.has(event)) missed.push(event)
    }
    for (const event of missed) {
      const { text = '', labeled: count = 0, unlabeled = 0 } = names.get(keys.at(event)) ?? {}
      this.context.log.add(
        NAMES,
        { file, line: lines.at(event) },
        `${text}, labeled in ${share(count, count + unlabeled, 'places')}`,
      )
    }
  }
}

function reliability({ labeled, unlabeled }: Name): number {
  return labeled / (labeled + unlabeled)
}

/** One number for a sequence of words; that of a single word is its own. */
function keyOf(words: readonly number[], start: number, end: number): number {
  if (end - start === 1) return words[start]
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ words[i], 0x01000193) ^ (hash >>> 15)
  return hash | 0x80000000
}

function isCapital(token: string): boolean {
  return /^\p{Lu}/u.test(token)
}

/** Whether a token may be a name of its own: at least three letters. */
function isWordLike(token: string): boolean {
  return token.length >= 3 && /\p{L}/u.test(token)
}
