/** What the model sees of a token. */
import * as v from 'valibot'
import { classFile, gazetteerFile } from './gazetteer-settings.js'
import { dropProbability, featureCount, integerBetween, path, positiveInteger } from './numbers.js'
import { kind, optionalSection, section } from './sections.js'

const COLUMN = "a column's header, or its number from 1"

/** A column by header or number. Digits as text are a number, as for readers of corpora (`tagColumn`). */
const column = v.pipe(
  v.union([v.string(), v.number()], COLUMN),
  v.transform(name => (typeof name === 'string' && /^-?\d+$/.test(name) ? Number(name) : name)),
  v.check(name => (typeof name === 'string' ? name !== '' : Number.isInteger(name) && name >= 1), COLUMN),
)

const lengths = v.pipe(
  v.array(integerBetween(1, 8)),
  v.minLength(1),
  v.maxLength(8),
  v.check(all => new Set(all).size === all.length, 'each length once'),
)

const pathLengths = v.pipe(
  v.array(integerBetween(1, 256)),
  v.minLength(1),
  v.maxLength(16),
  v.check(all => new Set(all).size === all.length, 'each length once'),
)

export const inputSchema = section({
  /** What the encoder steps over. */
  unit: v.optional(
    v.variant('kind', [
      kind('word', {}),
      kind('character', {}),
      /** `size`: different pieces to learn from the training data, at most. */
      kind('piece', { size: v.optional(integerBetween(1, 1_000_000), 8000) }),
    ]),
    { kind: 'word' },
  ),
  words: section({
    dim: v.optional(featureCount, 100),
    minCount: v.optional(positiveInteger, 1),
    lowercase: v.optional(v.boolean(), false),
    digitsToZero: v.optional(v.boolean(), false),
    normalize: v.optional(v.picklist(['none', 'tweets']), 'none'),
    /** Whether unknown words are looked up in other forms, as words with vectors always are. */
    fallback: v.optional(v.boolean(), false),
    /** Pretrained vectors. */
    vectors: optionalSection({
      file: path,
      /** Keep this many from the beginning of the file, and those of the training words; `null`: all. */
      limit: v.optional(v.nullable(positiveInteger), 400_000),
      /** Whether training changes the vectors of the training words. */
      fineTune: v.optional(v.boolean(), true),
      /** Whether words that have no vector are made of their runs of characters, where the file has vectors of those. */
      subwords: v.optional(v.boolean(), true),
    }),
    /** `auto` is what suits the size of the training corpus. */
    dropout: v.optional(v.union([dropProbability, v.literal('auto')], 'a number in [0, 1), or auto'), 'auto'),
  }),
  shape: optionalSection({ dim: v.optional(featureCount, 20) }),
  casing: optionalSection({ dim: v.optional(featureCount, 5) }),
  affixes: optionalSection({
    dim: v.optional(featureCount, 20),
    lengths: v.optional(lengths, [2, 3]),
    /** Only where the training corpus has fewer sentences than this; `null`: always. */
    below: v.optional(v.nullable(positiveInteger), null),
  }),
  columns: v.optional(
    v.pipe(v.array(v.strictObject({ column, dim: v.optional(featureCount, 20) })), v.maxLength(32)),
    [],
  ),
  gazetteers: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          ...gazetteerFile,
          dim: v.optional(featureCount, 8),
        }),
      ),
      v.maxLength(64),
    ),
    [],
  ),
  /** Classes of words: a table for each length of the paths' beginnings. */
  classes: v.optional(
    v.pipe(
      v.array(
        v.strictObject({
          ...classFile,
          dim: v.optional(featureCount, 10),
          lengths: v.optional(pathLengths, [4, 6, 10, 20]),
        }),
      ),
      v.maxLength(16),
    ),
    [],
  ),
  /** `dim`: width of the character vectors. */
  charCnn: optionalSection({ dim: v.optional(featureCount, 30), filters: v.optional(featureCount, 30) }),
  /** `hidden`: units in each direction. */
  charLstm: optionalSection({ dim: v.optional(featureCount, 25), hidden: v.optional(featureCount, 25) }),
  dropout: v.optional(dropProbability, 0.5),
})
