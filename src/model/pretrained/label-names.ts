/** What the names of a checkpoint's labels mean: tags of which scheme. */
import { byCodePoint } from '../../base/code-point-order.js'
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { SCHEMES, type Scheme } from '../../tags/scheme.js'

/** The names of the labels, in the order of their ids. */
export function labelsOf(config: unknown, where: string): readonly string[] {
  const map = isRecord(config) && isRecord(config.id2label) ? config.id2label : {}
  const labels = Array.from({ length: Object.keys(map).length }, (_, id) => map[String(id)])
  const isNamed = labels.every(
    (label): label is string => typeof label === 'string' && label !== '' && !/^LABEL_\d+$/.test(label),
  )
  if (labels.length < 2 || !isNamed || new Set(labels).size !== labels.length)
    throw new ModelFileError({
      where: `${where}: id2label`,
      expected: 'a name for each label, such as {"0": "O", "1": "B-PER"}',
      got: (JSON.stringify(map) ?? '').slice(0, 60),
      remedy: 'write the names of the labels that it was trained with into the file',
    })
  return labels as readonly string[]
}

export interface Meaning {
  readonly scheme: Scheme
  readonly types: readonly string[]
  /** The label's number for each tag. */
  readonly rowOf: ReadonlyMap<string, number>
  readonly leftOut: readonly string[]
}

const TAG = /^([BIESLU])[-_](.+)$/
/** Labels of pieces that are no words. */
const NO_TAG = /^(\[(PAD|CLS|SEP|MASK|UNK)\]|<(pad|s|\/s|mask|unk)>|X|PAD)$/i

export function meaningOf(labels: readonly string[], where: string, wanted?: Scheme): Meaning {
  const parsed = labels.map((label, row) => {
    const [, prefix, type] = TAG.exec(label) ?? []
    return { label, row, prefix, type }
  })
  const outside = parsed.find(({ label }) => label === 'O')
  const fault = (expected: string, got: string) =>
    new ModelFileError({
      where: `${where}: id2label`,
      expected,
      got,
      remedy: 'name the scheme of its labels',
    })
  if (!outside) throw fault('a label O, for what is no entity', labels.slice(0, 9).join(', '))
  const named = parsed.filter(({ prefix }) => prefix !== undefined)
  // Types alone, without prefixes: each is inside of an entity.
  const plain = parsed.filter(({ label, prefix }) => label !== 'O' && prefix === undefined)
  const isPlain = named.length === 0
  const members = isPlain
    ? plain.filter(({ label }) => !NO_TAG.test(label)).map(own => ({ ...own, prefix: 'I', type: own.label }))
    : named
  const prefixes = new Set(members.map(({ prefix }) => prefix))
  const beginning = new Set(members.flatMap(({ prefix, type }) => (prefix === 'B' ? [type] : [])))
  // In BIO, a type without B- could never begin. IOB1 has B- only where two entities of a type meet.
  const isOpen = members.some(({ type }) => !beginning.has(type))
  const scheme = wanted ?? guessed(prefixes, isPlain, isOpen)
  const odd = [...prefixes].find(prefix => !SCHEMES[scheme].prefixes.includes(prefix as never))
  if (odd !== undefined || members.length === 0)
    throw fault(`labels of the scheme ${scheme}`, labels.slice(0, 9).join(', '))
  if (scheme === 'BIO' && isOpen)
    throw fault('a label B- for each type, without which BIO never finds it', labels.slice(0, 9).join(', '))
  const leftOut = parsed.filter(own => own !== outside && !members.some(({ row }) => row === own.row))
  const unknown = leftOut.find(({ label }) => !NO_TAG.test(label))
  if (unknown) throw fault('labels with a prefix, or O', JSON.stringify(unknown.label))
  return {
    scheme,
    types: [...new Set(members.map(({ type }) => type))].sort(byCodePoint),
    rowOf: new Map([
      ['O', outside.row],
      ...members.map(({ prefix, type, row }) => [`${prefix}-${type}`, row] as const),
    ]),
    leftOut: leftOut.map(({ label }) => label),
  }
}

function guessed(prefixes: ReadonlySet<string>, isPlain: boolean, isOpen: boolean): Scheme {
  if (isPlain) return 'IO'
  if (prefixes.has('L') || prefixes.has('U')) return 'BILOU'
  if (prefixes.has('E') || prefixes.has('S')) return 'IOBES'
  if (!prefixes.has('B')) return 'IO'
  return isOpen ? 'IOB1' : 'BIO'
}
