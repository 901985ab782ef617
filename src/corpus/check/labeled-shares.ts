import { option, say } from '../../base/fault.js'
import type { Check, CheckContext, CheckedSentence, CheckKind, FileSummary } from './check.js'
import { type FindingKind, info, type Severity, share, warning } from './finding.js'

const UNLABELED = warning('unlabeled', 'sentences have no tags', 'fine for predicting, useless for training')
const NO_ENTITIES = warning(
  'no-entities',
  'no sentence has an entity',
  say`check which column has the tags: ${option('tagColumn')}`,
)
const ONLY_WITH = warning(
  'only-with-entities',
  'all sentences have entities, so that nothing shows what is not an entity',
  'add text without entities if real text has some',
)
const WITHOUT = info(
  'sentences-without-entities',
  'sentences have no entity',
  'keep them if real text is like that: they teach what is not an entity',
)

/** How many sentences have labels, and entities. */
export const labeledShares: CheckKind = {
  finds: [UNLABELED, NO_ENTITIES, ONLY_WITH, WITHOUT],
  create: context => new ShareCheck(context),
}

class ShareCheck implements Check {
  private unlabeled = 0
  private withoutEntities = 0

  constructor(private readonly context: CheckContext) {}

  add({ tags, spans }: CheckedSentence): void {
    if (tags.length === 0) this.unlabeled++
    if (spans.length === 0) this.withoutEntities++
  }

  endFile({ file, sentences, scheme }: FileSummary): void {
    const { unlabeled, withoutEntities } = this
    this.unlabeled = 0
    this.withoutEntities = 0
    if (sentences === 0) return
    const report = (kind: FindingKind, count: number, severity: Severity = kind.severity) =>
      this.context.log.add(kind, { file }, share(count, sentences, 'sentences'), {
        times: count,
        total: sentences,
        severity,
      })
    if (unlabeled > 0) report(UNLABELED, unlabeled)
    else if (scheme === null) report(NO_ENTITIES, sentences)
    else if (withoutEntities === 0 && sentences >= 20) report(ONLY_WITH, sentences)
    else if (withoutEntities > 0)
      report(WITHOUT, withoutEntities, withoutEntities > 0.9 * sentences ? 'warning' : 'info')
  }
}
