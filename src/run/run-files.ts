/** The files of a run by what they hold: how each is written, and checked when it is read. */
import type { Fault } from '../base/errors.js'
import { ModelFileError } from '../base/model-file-error.js'
import { resolveConfig } from '../config/resolve.js'
import type { Config } from '../config/schema.js'
import { parseSafetensors, type StoredTensor, toSafetensors } from '../engine/optim/safetensors.js'
import { parseVocabularies, type Vocabularies } from '../model/vocabularies.js'
import { checked, parseJson } from './checked.js'
import type { TrainEvent } from './events.js'
import { parseLog } from './log-lines.js'
import { metricsSchema, type RunMetrics } from './metrics.js'
import { CARD, type FileDigest, fileDifference, type RunManifest } from './run-manifest.js'

export const CONFIG = 'config.json'
const VOCABULARIES = 'vocab.json'
const MODEL = 'model.onnx'
const PARAMETERS = 'model.safetensors'
const METRICS = 'metrics.json'
export const LOG = 'log.jsonl'

/** The files that tagging reads. */
export const TAGGER_FILES: readonly string[] = [CONFIG, VOCABULARIES, PARAMETERS, MODEL]

export type Tensors = ReadonlyMap<string, StoredTensor>

/** What a run holds from its start. */
export interface RunStart {
  readonly config: Config
  readonly vocabularies: Vocabularies
}

/** What training adds at its end. */
export interface RunResult {
  /** The settings as they are now: a resumed run may have been given more epochs. */
  readonly config: Config
  /** The graph for tagging, with the parameters in it. */
  readonly model: Uint8Array
  readonly parameters: Tensors
  /** Absent for a run that was stopped. */
  readonly metrics?: RunMetrics
  /** The model card, Markdown. */
  readonly card?: string
}

export type FileContents = Readonly<Record<string, string | Uint8Array>>

export function startFiles({ config, vocabularies }: RunStart): FileContents {
  return { [CONFIG]: json(config), [VOCABULARIES]: `${JSON.stringify(vocabularies)}\n` }
}

export function resultFiles({ config, model, parameters, metrics, card }: RunResult): FileContents {
  return {
    ...(metrics && { [METRICS]: json(metrics) }),
    ...(card !== undefined && { [CARD]: card }),
    [CONFIG]: json(config),
    [MODEL]: model,
    [PARAMETERS]: toSafetensors(parameters),
  }
}

/** @throws ModelFileError, ConfigError */
function parseConfig(fileText: string, fileName: string): Config {
  return resolveConfig({ file: parseJson(fileText, fileName), fileName, fileText })
}

/** Files of a finished run, as they were read and checked against its manifest. */
export class RunFiles {
  constructor(
    readonly manifest: RunManifest,
    private readonly contents: ReadonlyMap<string, Uint8Array>,
    /** What a file is called in messages. */
    readonly where: (name: string) => string,
  ) {}

  /** @throws ModelFileError where the run has no such file, or it was not read */
  bytes(name: string): Uint8Array {
    const content = this.contents.get(name)
    if (content) return content
    throw new ModelFileError({
      where: this.where(name),
      expected: 'a file of the run',
      got: 'none',
      remedy: 'give a folder that nerite train wrote',
    })
  }

  /** The settings that the run was trained with. @throws ConfigError for settings that this program cannot read */
  config(): Config {
    return parseConfig(this.text(CONFIG), this.where(CONFIG))
  }

  vocabularies(): Vocabularies {
    const where = this.where(VOCABULARIES)
    return parseVocabularies(parseJson(this.text(VOCABULARIES), where), this.config().input, where)
  }

  /** The graph for tagging. */
  model(): Uint8Array {
    return this.bytes(MODEL)
  }

  /** A trained parameter by name. */
  parameters(): (name: string) => Float32Array {
    const where = this.where(PARAMETERS)
    const { tensors } = parseSafetensors(this.bytes(PARAMETERS), where)
    return name => {
      const tensor = tensors.get(name)
      if (tensor?.data instanceof Float32Array) return tensor.data
      throw new ModelFileError({ where, expected: `tensor "${name}" as F32`, got: tensor?.dtype ?? 'none' })
    }
  }

  /** Absent in a run that was stopped in memory. */
  metrics(): RunMetrics | undefined {
    if (!this.has(METRICS)) return undefined
    const where = this.where(METRICS)
    return checked(metricsSchema, parseJson(this.text(METRICS), where), where)
  }

  log(): TrainEvent[] {
    return this.has(LOG) ? parseLog(this.text(LOG), this.where(LOG)) : []
  }

  /** Sizes in bytes: the graph for tagging, and everything that tagging reads. */
  sizes(): { readonly model: number; readonly tagger: number } {
    const size = (name: string) => this.manifest.files[name]?.bytes ?? 0
    return { model: size(MODEL), tagger: TAGGER_FILES.reduce((sum, name) => sum + size(name), 0) }
  }

  /** SHA-256 of the trained parameters: the same for a copy of the run. */
  parametersHash(): string {
    return this.manifest.files[PARAMETERS]?.sha256 ?? ''
  }

  private text(name: string): string {
    return new TextDecoder().decode(this.bytes(name))
  }

  private has(name: string): boolean {
    return Object.hasOwn(this.manifest.files, name)
  }
}

/**
 * Checks files against the manifest that names them.
 *
 * @param found content and digest of each file that is there, by name
 * @throws ModelFileError that names each file that is missing, cut short or changed, even by one byte
 */
export function checkFiles(
  manifest: RunManifest,
  names: readonly string[],
  found: ReadonlyMap<string, { readonly content: Uint8Array; readonly digest: FileDigest }>,
  where: (name: string) => string,
): RunFiles {
  const faults: Fault[] = []
  const contents = new Map<string, Uint8Array>()
  for (const name of names) {
    const written = manifest.files[name]
    const file = found.get(name)
    const got = file && written ? fileDifference(file.digest, written) : 'no such file'
    if (got === undefined && file) contents.set(name, file.content)
    else
      faults.push({
        where: where(name),
        expected: written ? `the file of ${written.bytes} bytes that training wrote` : 'a file of the run',
        got: written ? (got ?? '') : 'none in its manifest',
        remedy: 'copy the run folder again, or train again',
      })
  }
  if (faults.length > 0) throw new ModelFileError(faults)
  return new RunFiles(manifest, contents, where)
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
