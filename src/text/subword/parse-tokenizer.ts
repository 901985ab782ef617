/** Reads tokenizers as models are published with them: `tokenizer.json`, or the older files of vocabularies. */
import { ModelFileError } from '../../base/model-file-error.js'
import { type AddedPiece, addedFinder, parseAddedPieces } from './added-pieces.js'
import { bytePair, parseBytePair } from './byte-pair.js'
import { componentOf, JsonFields, unexpected } from './json-fields.js'
import { bertNormalizer, type Normalizer, parseNormalizer } from './normalizers.js'
import { type PieceModel, parseIds } from './piece-model.js'
import { NO_POST_PROCESSING, type PostProcessing, parsePostProcessing } from './post-processors.js'
import {
  bertPreTokenizer,
  byteLevelPreTokenizer,
  type PreTokenizer,
  parsePreTokenizer,
} from './pre-tokenizers.js'
import { SubwordTokenizer, showsSpace } from './subword-tokenizer.js'
import { parseUnigram } from './unigram.js'
import { parseUnigramList } from './unigram-list.js'
import { parseWordPiece, wordPiece } from './word-piece.js'

const asItIs: Normalizer = text => text
const inOnePart: PreTokenizer = parts => parts

const MODELS: Readonly<Record<string, (fields: JsonFields) => PieceModel>> = {
  WordPiece: parseWordPiece,
  Unigram: parseUnigram,
  BPE: parseBytePair,
}

/**
 * A tokenizer from a parsed `tokenizer.json`, as Hugging Face's `tokenizers` writes it. Its sections `truncation` and
 * `padding` have no effect: nothing is cut off, and padding is the batch's affair.
 *
 * @param where what to call the file in messages
 * @throws ModelFileError that names what is damaged, or a component that is not known
 * @example
 * const tokenizer = parseTokenizer(JSON.parse(text), 'model/tokenizer.json')
 */
export function parseTokenizer(json: unknown, where: string): SubwordTokenizer {
  const fields = JsonFields.of(json, where)
  const modelFields = fields.object('model')
  const model = componentOf(
    // Files from before 2020 do not name their model.
    modelFields.has('type')
      ? modelFields
      : new JsonFields({ ...modelFields.value, type: guessed(modelFields) }, modelFields.where),
    MODELS,
  )
  const normalize = fields.has('normalizer') ? parseNormalizer(fields.object('normalizer')) : asItIs
  const preTokenize = fields.has('pre_tokenizer')
    ? parsePreTokenizer(fields.object('pre_tokenizer'))
    : inOnePart
  const post = fields.has('post_processor')
    ? parsePostProcessing(fields.object('post_processor'))
    : NO_POST_PROCESSING
  return build({ model, normalize, preTokenize, post, added: parseAddedPieces(fields) })
}

/**
 * A tokenizer from a plain list of Unigram pieces, a parsed `unigram.json`.
 * @throws ModelFileError that names what is damaged
 */
export function parseUnigramTokenizer(json: unknown, where: string): SubwordTokenizer {
  return build({ ...parseUnigramList(JsonFields.of(json, where)), added: [] })
}

function guessed(fields: JsonFields): string {
  if (fields.has('merges')) return 'BPE'
  return Array.isArray(fields.value.vocab) ? 'Unigram' : 'WordPiece'
}

/** BERT's `vocab.txt`: a piece in each line, its id the number of the line from 0. */
export interface BertVocabulary {
  readonly vocabulary: string
  readonly where: string
  readonly lowercase: boolean
  /** `null`: as `lowercase`. */
  readonly stripAccents?: boolean | null
  readonly ideographs?: boolean
}

/** @throws ModelFileError where a piece is there twice, or a special one is missing */
export function bertTokenizer({ vocabulary, where, lowercase, ...rest }: BertVocabulary): SubwordTokenizer {
  const ids = new Map<string, number>()
  for (const [id, line] of vocabulary
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .entries()) {
    if (ids.has(line)) throw unexpected(`${where}:${id + 1}`, 'each piece once', line)
    ids.set(line, id)
  }
  const special = ['[UNK]', '[SEP]', '[PAD]', '[CLS]', '[MASK]']
  const added = special.map(content => addedPiece(content, ids, where))
  const idOf = (content: string) => [ids.get(content) as number]
  return build({
    model: wordPiece(ids, { unknown: '[UNK]', prefix: '##', longestWord: 100 }),
    normalize: bertNormalizer({
      ...{ cleanText: true, ideographs: rest.ideographs ?? true, lowercase },
      stripAccents: rest.stripAccents ?? lowercase,
    }),
    preTokenize: bertPreTokenizer,
    post: { prefix: idOf('[CLS]'), suffix: idOf('[SEP]') },
    added,
  })
}

/** RoBERTa's `vocab.json` and `merges.txt`. */
export interface RobertaVocabulary {
  /** The former, parsed. */
  readonly vocabulary: unknown
  readonly merges: string
  /** What to call the files in messages. */
  readonly where: { readonly vocabulary: string; readonly merges: string }
  readonly addSpace?: boolean
}

/** @throws ModelFileError where either file is damaged, or a merge makes a piece that is not in the vocabulary */
export function robertaTokenizer(source: RobertaVocabulary): SubwordTokenizer {
  const { where, addSpace = false } = source
  const ids = parseIds(JsonFields.of(source.vocabulary, where.vocabulary))
  const merges = source.merges
    .split(/\r?\n/)
    .map((line, i) => ({ line, where: `${where.merges}:${i + 1}` }))
    .filter(({ line }, i) => line !== '' && !(i === 0 && line.startsWith('#version')))
    .map(({ line, where }): readonly [string, string] => {
      const pair = line.split(' ')
      if (pair.length !== 2) throw unexpected(where, 'two pieces', line)
      return [pair[0], pair[1]]
    })
  const special = ['<s>', '<pad>', '</s>', '<unk>', '<mask>']
  const added = special.map(content => ({
    ...addedPiece(content, ids, where.vocabulary),
    leftSpace: content === '<mask>',
  }))
  const idOf = (content: string) => [ids.get(content) as number]
  return build({
    model: bytePair(ids, merges, {}, new JsonFields({}, where.merges)),
    normalize: asItIs,
    preTokenize: byteLevelPreTokenizer(addSpace),
    post: { prefix: idOf('<s>'), suffix: idOf('</s>'), trim: { addSpace } },
    added,
  })
}

function addedPiece(content: string, ids: ReadonlyMap<string, number>, where: string): AddedPiece {
  const id = ids.get(content)
  if (id === undefined) throw new ModelFileError({ where, expected: `the piece ${content}`, got: 'none' })
  return {
    id,
    content,
    singleWord: false,
    leftSpace: false,
    rightSpace: false,
    normalized: false,
    special: true,
  }
}

function build(given: {
  readonly model: PieceModel
  readonly normalize: Normalizer
  readonly preTokenize: PreTokenizer
  readonly post: PostProcessing
  readonly added: readonly AddedPiece[]
}): SubwordTokenizer {
  const { model, normalize, preTokenize, post, added } = given
  const ids = new Map(model.ids)
  for (const { content, id } of added) ids.set(content, id)
  return new SubwordTokenizer({
    ...{ model, normalize, preTokenize, post, ids },
    added: addedFinder(
      added.filter(({ normalized }) => !normalized),
      undefined,
    ),
    addedNormalized: addedFinder(
      added.filter(({ normalized }) => normalized),
      normalize,
    ),
    spaceBeforeWords: showsSpace(preTokenize, normalize),
  })
}
