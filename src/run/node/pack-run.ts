import { ModelFileError } from '../../base/model-file-error.js'
import type { AnyConfig, Config } from '../../config/schema.js'
import { halfBits } from '../../engine/optim/half-floats.js'
import { parseSafetensors, type StoredTensor, toSafetensors } from '../../engine/optim/safetensors.js'
import { roundedParts } from '../../model/rounded.js'
import { parameterSpecs } from '../../model/tagger-definition.js'
import { taggerInputs } from '../../model/vocabularies.js'
import { featureModelOf } from '../load-feature-model.js'
import { loadNetwork } from '../load-network.js'
import { rounded } from '../rounded-tensors.js'
import { CONFIG, configText, LISTS, PARAMETERS, TAGGER_FILES, VOCABULARIES } from '../run-files.js'
import type { StoredRun } from '../stored-run.js'
import { openRunFolder } from './run-folder.js'
import { checkFree, writeModelFolder } from './write-folder.js'

export interface PackSummary {
  /** Bytes of all files of the packed folder. */
  readonly bytes: number
  /** Bytes of the same files, and of the model, in the run. */
  readonly bytesBefore: number
}

/**
 * Writes what tagging needs of a run into a new folder, each number once: the settings, the vocabularies and the
 * parameters, with the fixed word vectors beside them. The model is made of these when the tagger is loaded.
 *
 * @param out nothing may be there
 * @param options.coarse what types are in the coarse view of the packed tagger; default: as the run's settings say
 * @param options.int8 whether tables, the weights of LSTMs and the layers of pretrained encoders are rounded to 8 bits, which changes what is found a little
 * @param options.half whether floats are rounded to 16 bits; default: they stay as they are in the run
 * @throws ModelFileError for a run that cannot be loaded or has numbers that 16 bits cannot hold, and where something is at
 *   `out`
 * @example
 * await packRun('runs/a', 'models/a')
 */
export async function packRun(
  dir: string,
  out: string,
  {
    coarse,
    half = false,
    int8 = false,
  }: {
    readonly coarse?: AnyConfig['tags']['coarse']
    readonly half?: boolean
    readonly int8?: boolean
  } = {},
): Promise<PackSummary> {
  const run = await openRunFolder(dir)
  checkFree(out)
  await run.load([CONFIG, VOCABULARIES])
  const config = run.config()
  const parameters =
    config.recognizer === 'neural'
      ? await networkNumbers(run, config, { half, int8 })
      : await ownNumbers(run, half || int8)
  const files = {
    [CONFIG]: coarse ? withCoarseView(config, coarse) : run.bytes(CONFIG),
    [VOCABULARIES]: run.bytes(VOCABULARIES),
    ...(run.has(LISTS) && { [LISTS]: run.bytes(LISTS) }),
    [PARAMETERS]: parameters,
  }
  const bytes = writeModelFolder(out, files)
  const before = TAGGER_FILES.reduce((sum, name) => sum + run.size(name), 0)
  return { bytes, bytesBefore: before + bytes - sizesOf(files) }
}

/** How a file calls the types of tensors that only a model has. */
const STORED = { int8: 'I8', uint8: 'U8', float32: 'F32' } as const

/** The parameters of a network, with the tensors beside them that only its model has. */
async function networkNumbers(
  run: StoredRun,
  config: Config,
  { half, int8 }: { readonly half: boolean; readonly int8: boolean },
): Promise<Uint8Array> {
  const vocabularies = run.vocabularies()
  const definition = { inputs: taggerInputs(config, vocabularies), tags: vocabularies.tags, config }
  const { kept, parameter } = await loadNetwork(run, definition)
  const { tensors } = parseSafetensors(run.bytes(PARAMETERS), run.where(PARAMETERS))
  // Of a packed run they may be rounded already.
  const all = new Map<string, StoredTensor>(
    int8
      ? parameterSpecs(definition).map(({ name, shape }) => [
          name,
          { dtype: 'F32', shape, data: parameter(name) },
        ])
      : tensors,
  )
  for (const [name, { type, shape, data }] of kept)
    if (!all.has(name)) all.set(name, { dtype: STORED[type as keyof typeof STORED], shape, data })
  if (int8) return toSafetensors(rounded(all, roundedParts(definition)))
  return toSafetensors(half ? inHalfPrecision(all, run.where(PARAMETERS)) : all)
}

/** The numbers of a model without a network, which a run has only once. */
async function ownNumbers(run: StoredRun, half: boolean): Promise<Uint8Array> {
  const { config } = await featureModelOf(run)
  if (half)
    throw new ModelFileError({
      where: run.where(CONFIG),
      expected: 'a network, to store its parameters in fewer bits',
      got: `a recognizer of kind ${config.recognizer}`,
      remedy: 'pack it without',
    })
  return run.bytes(PARAMETERS)
}

function withCoarseView(config: AnyConfig, coarse: AnyConfig['tags']['coarse']): Uint8Array {
  const settings = { ...config, tags: { ...config.tags, coarse } }
  return new TextEncoder().encode(configText(settings))
}

function inHalfPrecision(
  tensors: ReadonlyMap<string, StoredTensor>,
  where: string,
): Map<string, StoredTensor> {
  return new Map(
    [...tensors].map(([name, { dtype, shape, data }]) => {
      if (dtype !== 'F32') return [name, { dtype, shape, data }]
      try {
        return [name, { dtype: 'F16', shape, data: halfBits(data as Float32Array) }]
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        throw new ModelFileError({
          where,
          expected: `numbers in tensor "${name}" whose size is below 65,520`,
          got: error.message,
          remedy: 'pack it in full precision',
        })
      }
    }),
  )
}

function sizesOf(files: Readonly<Record<string, Uint8Array>>): number {
  return Object.values(files).reduce((sum, { length }) => sum + length, 0)
}
