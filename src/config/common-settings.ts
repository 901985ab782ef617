/** What the settings of every kind of recognizer say about the same things, though they say it in places of their own. */
import { parseTemplate } from './feature-templates.js'
import type { AnyConfig, ConfigOf, RecognizerKind } from './schema.js'

/** How a list of names is read. */
interface GazetteerSettings {
  readonly file: string
  readonly name?: string
  readonly encoding?: 'utf-8' | 'latin1' | 'windows-1252'
  readonly ignoreCase: boolean
}

interface CommonSettings {
  /** The columns of a corpus that the recognizer reads besides tokens, by header or number. */
  readonly columns: readonly (string | number)[]
  /** The lists of names that it looks up, and the setting that names them. */
  readonly gazetteers: readonly GazetteerSettings[]
  readonly gazetteersAt: string
  /** The files of word classes that it looks at, and the setting that names them. */
  readonly classes: readonly { readonly file: string; readonly name?: string }[]
  readonly classesAt: string
  /** `null` where nothing is drawn at random. */
  readonly seed: number | null
  /** The settings that say how many epochs or iterations there are, if they are counted. */
  readonly epochs: number | null
}

/** Of what reads tokens alone and draws nothing at random. */
const NOTHING: CommonSettings = {
  ...{ columns: [], gazetteers: [], gazetteersAt: '', classes: [], classesAt: '' },
  ...{ seed: null, epochs: null },
}

const COMMON: { readonly [Kind in RecognizerKind]: (config: ConfigOf<Kind>) => CommonSettings } = {
  neural: ({ input, training }) => ({
    columns: input.columns.map(({ column }) => column),
    gazetteers: input.gazetteers,
    gazetteersAt: 'input.gazetteers',
    classes: input.classes,
    classesAt: 'input.classes',
    seed: training.seed,
    epochs: training.epochs === 'auto' ? null : training.epochs,
  }),
  crf: ({ features, training }) => ({
    columns: templateColumns(features.templates),
    gazetteers: features.gazetteers,
    gazetteersAt: 'features.gazetteers',
    classes: features.classes,
    classesAt: 'features.classes',
    seed: training.seed,
    epochs: 'epochs' in training.algorithm ? training.algorithm.epochs : training.algorithm.maxIterations,
  }),
  bootstrap: () => NOTHING,
  hmm: () => NOTHING,
}

export function commonSettings(config: AnyConfig): CommonSettings {
  const read: (config: never) => CommonSettings = COMMON[config.recognizer]
  return read(config as never)
}

/** The columns that templates look at; a name of digits alone is a number, as in `input.columns`. */
function templateColumns(templates: readonly string[]): readonly (string | number)[] {
  const names = templates.flatMap(text =>
    parseTemplate(text).parts.flatMap(({ value, name }) => (value === 'column' && name ? [name] : [])),
  )
  return [...new Set(names)].map(name => (/^-?\d+$/.test(name) ? Number(name) : name))
}
