import type { FilePlace } from '../../base/fault.js'
import type { Offsets } from '../sentence.js'
import type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './check.js'
import { share, warning } from './finding.js'

const SHIFTED = warning(
  'shifted-offsets',
  'most entities begin or end inside of a word, and fit whole words if their offsets are moved',
  'move the offsets in the records, or correct the program that wrote them',
)
const CUT = warning(
  'cut-words',
  'entities begin or end inside of a word',
  'correct the offsets; a tagger reads whole words, and cannot find a part of one',
)

/** How offsets that are counted in other ways must be moved. White space at the edges of entities is already gone. */
const MISCOUNTS: readonly { readonly start: number; readonly end: number; readonly advice: string }[] = [
  { start: 0, end: 1, advice: 'the ends are inclusive: add 1 to each end' },
  {
    start: -1,
    end: 0,
    advice: 'the offsets count from 1: subtract 1 from each start (and from each end that is exclusive)',
  },
  { start: -1, end: -1, advice: 'the offsets count from 1: subtract 1 from each start and end' },
]

/** So many entities must be there to say that most are wrong in the same way. */
const ENOUGH = 5
/** So many of the entities must fit as they are not, and so few as they are. */
const MOST = 0.8
const FEW = 0.5
/** Cases that are kept until the whole file is known. */
const KEPT = 5

/** Entities of running text that do not begin and end where words do, by scripts that have spaces. */
export const cutWords: CheckKind = { finds: [SHIFTED, CUT], create: context => new CutWordCheck(context) }

class CutWordCheck implements Check {
  private entities = 0
  private cut = 0
  private fitting = MISCOUNTS.map(() => 0)
  private cases: { readonly where: FilePlace; readonly text: string }[] = []

  constructor(private readonly context: CheckContext) {}

  add({ text, offsets, spans, at }: CheckedSentence): void {
    if (text === undefined || offsets === undefined) return
    for (const { start, end, type } of spans) {
      const from = offsets[start].start
      const to = offsets[end - 1].end
      this.entities++
      if (isWhole(text, from, to)) continue
      this.cut++
      for (const [i, shift] of MISCOUNTS.entries())
        if (isWhole(text, from + shift.start, to + shift.end)) this.fitting[i]++
      if (this.cases.length < KEPT)
        this.cases.push({ where: at(start), text: `${type}: ${inContext(text, from, to)}` })
    }
  }

  endFile({ file }: FileSummary): void {
    const { entities, cut, fitting, cases } = this
    const best = fitting.indexOf(Math.max(...fitting))
    if (cut > 0) {
      const isShifted = cut >= ENOUGH && cut > FEW * entities && fitting[best] >= MOST * cut
      const { log } = this.context
      const how = isShifted
        ? `: ${((100 * fitting[best]) / cut).toFixed(0)}% of them are whole words if ${MISCOUNTS[best].advice}`
        : ''
      const kind = isShifted ? SHIFTED : CUT
      log.addWhole(kind, { file }, `${share(cut, entities, 'entities')}${how}`, {
        times: cut,
        total: entities,
        ...(isShifted && { remedy: `${MISCOUNTS[best].advice}; correct the program that wrote them` }),
      })
      for (const { where, text } of cases) log.addWhole(kind, where, text, { times: 0 })
    }
    this.entities = 0
    this.cut = 0
    this.fitting = MISCOUNTS.map(() => 0)
    this.cases = []
  }
}

/** Whether a range of a text is what `cut-words` reports. */
export function cutsWords(text: string, { start, end }: Offsets): boolean {
  return !isWhole(text, start, end)
}

/** Whether a range has no white space at its edges and does not begin or end inside of a word. */
function isWhole(text: string, from: number, to: number): boolean {
  if (from < 0 || to > text.length || from >= to || !isVisible(text[from]) || !isVisible(text[to - 1]))
    return false
  return !isInside(text, from) && !isInside(text, to)
}

function isVisible(character: string): boolean {
  return /\S/.test(character)
}

const LETTER = /[\p{L}\p{M}]/u
/** Scripts without spaces, or whose words have particles that are no part of a name. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\u30FC]/u
const DIGIT = /\p{N}/u

/** Whether there is a letter on both sides of a place, or a digit. */
function isInside(text: string, place: number): boolean {
  if (place <= 0 || place >= text.length) return false
  const before = text[place - 1]
  const after = text[place]
  if (DIGIT.test(before)) return DIGIT.test(after)
  return LETTER.test(before) && LETTER.test(after) && !UNSPACED.test(before) && !UNSPACED.test(after)
}

/** `"Siemen" in "by Siemens of"` */
function inContext(text: string, from: number, to: number): string {
  const around = text.slice(Math.max(0, from - 12), to + 12).replace(/\s+/g, ' ')
  return `${JSON.stringify(text.slice(from, to))} in ${JSON.stringify(around)}`
}
