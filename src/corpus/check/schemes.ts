import { option, say, verb } from '../../base/fault.js'
import { findIllFormed } from '../../tags/ill-formed.js'
import type { Scheme } from '../../tags/scheme.js'
import type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './check.js'
import { warning } from './finding.js'

const ILL_FORMED = warning('ill-formed-tags', 'tags break the scheme of the rest of the file', 'fix them')
const MIXED = warning(
  'mixed-schemes',
  'files are in another scheme than the first one',
  say`convert them to one scheme: ${verb('corpus convert', ['IN', 'OUT'], [option('scheme', 'BIO')])}`,
)

/** How many tag sequences of a file are kept to look for ill-formed tags when the scheme is known. */
const KEPT = 200_000

/** Tags that break their scheme, and files in different schemes. */
export const schemes: CheckKind = {
  finds: [ILL_FORMED, MIXED],
  create: context => new SchemeCheck(context),
}

class SchemeCheck implements Check {
  private readonly suspects = new Map<
    string,
    { tags: readonly string[]; lines: readonly number[]; count: number }
  >()
  private first: { readonly file: string; readonly scheme: Scheme } | undefined

  constructor(private readonly context: CheckContext) {}

  /** Keeps one sentence of each sequence of tags that may be ill-formed in some scheme. */
  add({ tags, exact: { lines } }: CheckedSentence): void {
    if (tags.length === 0 || this.suspects.size >= KEPT) return
    if (findIllFormed(tags, 'BIO').length === 0 && findIllFormed(tags, 'IOB1').length === 0) return
    const key = tags.join(' ')
    const known = this.suspects.get(key)
    if (known) known.count++
    else this.suspects.set(key, { tags, lines, count: 1 })
  }

  endFile({ file, scheme, illFormed }: FileSummary): void {
    if (scheme !== null) {
      if (illFormed > 0) this.report(file, scheme, illFormed)
      this.first ??= { file, scheme }
      if (scheme !== this.first.scheme)
        this.context.log.add(MIXED, { file }, `${scheme}, but ${this.first.file} is ${this.first.scheme}`)
    }
    this.suspects.clear()
  }

  private report(file: string, scheme: Scheme, total: number): void {
    const { log } = this.context
    const convert = verb('corpus convert', [file, 'OUT'], [option('scheme', scheme)])
    const remedy = say`fix them, or convert the file: ${convert}`
    let left = total
    for (const { tags, lines, count } of this.suspects.values())
      for (const { index, tag, kind } of findIllFormed(tags, scheme)) {
        const where = { file, line: lines[Math.min(index, lines.length - 1)] }
        const before = index > 0 ? tags[index - 1] : 'the start'
        const times = Math.min(count, left)
        log.add(ILL_FORMED, where, `${tag} after ${before} (${kind} in ${scheme})`, { times, remedy })
        left -= times
      }
    if (left > 0) log.add(ILL_FORMED, { file }, `${left} more in ${scheme}`, { times: left, remedy })
  }
}
