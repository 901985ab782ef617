import { editDistance } from '../../base/nearest.js'
import { canonicalType } from '../../tags/canonical-type.js'
import type { CheckContext, CheckKind } from './check.js'
import { warning } from './finding.js'
import { TypeCounts } from './type-counts.js'

const VARIANTS = warning(
  'type-variants',
  'types look like one type in several spellings, which a tagger learns as different ones',
  'rename them to one name if they mean the same',
)
const TYPOS = warning(
  'label-typos',
  'types look like another type with a typo',
  'rename one of the two if they mean the same',
)

/** Names of types that look like one another. */
export const typeNames: CheckKind = {
  finds: [VARIANTS, TYPOS],
  create: ({ log }: CheckContext) => {
    const counts = new TypeCounts()
    return {
      add: sentence => counts.add(sentence),
      end() {
        const types = [...counts.ofAll()]
          .map(([name, found]) => ({ name, normal: canonicalType(name), ...found }))
          .sort((a, b) => b.count - a.count)
        for (const [i, rare] of types.entries()) {
          const before = types.slice(0, i)
          const variant = before.find(({ normal }) => normal === rare.normal)
          const twin = variant ?? before.find(common => isTypo(common, rare))
          if (twin)
            log.add(
              variant ? VARIANTS : TYPOS,
              rare.where,
              `${rare.name} (${rare.count}) beside ${twin.name} (${twin.count})`,
            )
        }
      },
    }
  },
}

interface CountedType {
  readonly name: string
  readonly count: number
}

/** Whether they differ in one letter, and one is much rarer than the other. */
function isTypo(common: CountedType, rare: CountedType): boolean {
  const [longer, shorter] = [common.name.length, rare.name.length].sort((a, b) => b - a)
  if (rare.count > 0.1 * common.count || shorter < 3 || longer - shorter > 1) return false
  return editDistance(common.name, rare.name) === 1
}
