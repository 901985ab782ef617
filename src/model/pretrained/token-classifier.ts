/** A checkpoint that gives each piece a label, as `transformers` writes those that were fine-tuned for names. */
import { byCodePoint } from '../../base/code-point-order.js'
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { SCHEMES, type Scheme } from '../../tags/scheme.js'
import { tagSet } from '../../tags/tag-set.js'
import { parseEncoderConfig } from './architecture.js'
import { encoderWeights, floatsOf } from './encoder-weights.js'
import { type PretrainedModel, tokenizerOfEncoder } from './pretrained-model.js'
import { type EncoderFiles, EncoderReader } from './read-encoder.js'

export interface TokenClassifier {
  readonly encoder: PretrainedModel
  readonly scheme: Scheme
  /** Entity types, by code point. */
  readonly types: readonly string[]
  /** The tags of the scheme for the types. */
  readonly tags: readonly string[]
  /** `[tags, width]`, and a number for each tag. A tag that the checkpoint has no label for is never likely. */
  readonly weight: Float32Array
  readonly bias: Float32Array
  /** Labels that are no tags (`[PAD]`, `X`): they are left out. */
  readonly leftOut: readonly string[]
}

/** The score of a tag without a label, at every token. */
const NEVER = -1e4

/**
 * Reads a token-classification checkpoint: the encoder, its labels and the layer that scores them.
 *
 * @param scheme of its tags; default: what the labels show. `B-` and `I-` alone are taken for BIO, unless a type lacks `B-`.
 * @throws ModelFileError as `readEncoder`, and for a checkpoint without such a layer or without names for its labels
 */
export async function readTokenClassifier(files: EncoderFiles, scheme?: Scheme): Promise<TokenClassifier> {
  const reader = new EncoderReader(files)
  const config = await reader.json('config.json', 2 ** 20)
  if (config === undefined) throw reader.missing('config.json')
  const where = reader.where('config.json')
  const architecture = parseEncoderConfig(config, where)
  if (architecture.family === 'modernbert')
    throw new ModelFileError({
      where,
      expected: 'a checkpoint whose labels are scored by one layer',
      got: 'ModernBERT, which has a layer of its own before it',
      remedy: 'fine-tune its encoder instead',
    })
  const labels = labelsOf(config, where)
  const found = meaningOf(labels, where, scheme)
  const tokenizer = await reader.tokenizer()
  tokenizerOfEncoder({ architecture, tokenizer }, reader.where(tokenizer.kind))
  const tensors = await reader.tensors()
  const number = (name: string, shape: readonly number[]) => {
    const tensor = tensors.get(name)
    const values = tensor && String(tensor.shape) === String(shape) ? floatsOf(tensor) : undefined
    if (values?.every(Number.isFinite)) return values
    const got = tensor ? `${tensor.dtype} [${tensor.shape}]` : 'none'
    const remedy = 'give a checkpoint that was fine-tuned for token classification'
    throw new ModelFileError({ where: files.name, expected: `tensor "${name}" as [${shape}]`, got, remedy })
  }
  const { width } = architecture
  const scores = {
    weight: number('classifier.weight', [labels.length, width]),
    bias: number('classifier.bias', [labels.length]),
  }
  const weights = encoderWeights(architecture, tensors, files.name)
  const tags = tagSet(found.types, found.scheme)
  const rows = tags.map(tag => found.rowOf.get(tag))
  const weight = new Float32Array(tags.length * width)
  rows.forEach((row, tag) => {
    if (row !== undefined) weight.set(scores.weight.subarray(row * width, (row + 1) * width), tag * width)
  })
  return {
    encoder: { architecture, tokenizer, weights },
    ...{ scheme: found.scheme, types: found.types, tags, weight, leftOut: found.leftOut },
    bias: Float32Array.from(rows, row => (row === undefined ? NEVER : scores.bias[row])),
  }
}

/** The names of the labels, in the order of their ids. */
function labelsOf(config: unknown, where: string): readonly string[] {
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

interface Meaning {
  readonly scheme: Scheme
  readonly types: readonly string[]
  /** The label's number for each tag. */
  readonly rowOf: ReadonlyMap<string, number>
  readonly leftOut: readonly string[]
}

const TAG = /^([BIESLU])[-_](.+)$/
/** Labels of pieces that are no words. */
const NO_TAG = /^(\[(PAD|CLS|SEP|MASK|UNK)\]|<(pad|s|\/s|mask|unk)>|X|PAD)$/i

function meaningOf(labels: readonly string[], where: string, wanted?: Scheme): Meaning {
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
