/** All kinds of inputs, and what is done for each kind that a configuration has. */
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import type { InputConfig } from '../../config/schema.js'
import { CHARACTER_CNN } from './character-cnn.js'
import { CHARACTER_LSTM } from './character-lstm.js'
import { CLASSES } from './classes.js'
import { COLUMNS } from './columns.js'
import { GAZETTEERS } from './gazetteers.js'
import type {
  BaseInput,
  InputBlock,
  InputData,
  InputKind,
  InputResources,
  InputSettings,
} from './input-block.js'
import { AFFIXES, CASING, SHAPE } from './spelling.js'
import { WORDS } from './words.js'

/** Everything under `input` in the configuration is a kind of input, except these. */
type InputName = Exclude<keyof InputConfig, 'unit' | 'dropout'>

/** In the order of a unit's features and of the parameters. */
const INPUTS = {
  words: WORDS,
  shape: SHAPE,
  casing: CASING,
  affixes: AFFIXES,
  columns: COLUMNS,
  gazetteers: GAZETTEERS,
  classes: CLASSES,
  charCnn: CHARACTER_CNN,
  charLstm: CHARACTER_LSTM,
} satisfies { readonly [Name in InputName]: InputKind<InputSettings<Name>, unknown> }

type VocabularyOf<Name extends InputName> = ReturnType<(typeof INPUTS)[Name]['collect']>

/** What each input of a configuration has collected, by the name of its settings. */
export type InputVocabularies = { readonly words: VocabularyOf<'words'> } & {
  readonly [Name in InputName]?: VocabularyOf<Name>
}

interface UsedInput {
  readonly name: InputName
  readonly kind: InputKind<unknown, unknown>
  readonly settings: unknown
}

function usedInputs(input: InputConfig): UsedInput[] {
  return (Object.keys(INPUTS) as InputName[])
    .map(name => ({ name, kind: INPUTS[name] as InputKind<unknown, unknown>, settings: input[name] }))
    .filter(({ settings }) => isUsed(settings))
}

export function collectInputs(input: InputConfig, data: InputData): InputVocabularies {
  const collected = usedInputs(input).map(({ name, kind, settings }) => [name, kind.collect(settings, data)])
  return Object.fromEntries(collected) as InputVocabularies
}

/** The vocabularies of a trained model's inputs, with what further data has besides. */
export function extendInputs(
  input: InputConfig,
  vocabularies: InputVocabularies,
  data: InputData,
): InputVocabularies {
  const extended = usedInputs(input).map(({ name, kind, settings }) => [
    name,
    kind.extend(settings, vocabularies[name], data),
  ])
  return Object.fromEntries(extended) as InputVocabularies
}

/** @throws ModelFileError, EncodeError for anything but the JSON of what `collectInputs` returned */
export function parseInputs(input: InputConfig, json: unknown, where: string): InputVocabularies {
  if (!isRecord(json)) throw new ModelFileError({ where, expected: 'an object', got: typeof json })
  const parsed = usedInputs(input).map(({ name, kind, settings }) => [
    name,
    kind.parse(settings, json[name], `${where}.${name}`),
  ])
  return Object.fromEntries(parsed) as InputVocabularies
}

export function createInputs(
  input: InputConfig,
  vocabularies: InputVocabularies,
  {
    base,
    ...resources
  }: Omit<InputResources, 'base'> & { readonly base?: BaseInput<InputVocabularies> } = {},
  isWanted: (name: string, settings: unknown) => boolean = () => true,
): readonly InputBlock[] {
  const used = usedInputs(input).filter(({ name, settings }) => isWanted(name, settings))
  return used.flatMap(({ name, kind, settings }) =>
    kind.create(settings, vocabularies[name], {
      ...resources,
      ...(base && { base: { ...base, vocabulary: base.vocabulary[name] } }),
    }),
  )
}

/** An input that is left out is `null`, or an empty list. */
function isUsed(settings: unknown): boolean {
  return Array.isArray(settings) ? settings.length > 0 : settings !== null
}
