import { type Fault, InputError, isInputError } from '../base/errors.js'
import { say, verb } from '../base/fault.js'
import { ModelFileError } from '../base/model-file-error.js'
import { resolveAnyConfig } from '../config/resolve.js'
import type { AnyConfig, Config } from '../config/schema.js'
import { parseVocabularies, type Vocabularies } from '../model/vocabularies.js'
import { checked, parseJson, parseText } from './checked.js'
import type { TrainEvent } from './events.js'
import { parseLog } from './log-lines.js'
import { metricsSchema, type RunMetrics } from './metrics.js'
import {
  COMBINATION,
  CONFIG,
  LISTS,
  LOG,
  METRICS,
  MODEL,
  mostBytes,
  PARAMETERS,
  TAGGER_FILES,
  VOCABULARIES,
  VOCABULARY_VALUES,
} from './run-files.js'
import { fileDifference, MANIFEST, type RunManifest, readManifest, sizeDifference } from './run-manifest.js'
import { checkSource, type RunSource } from './run-source.js'
import { versionFault } from './run-version.js'
import { joinLists } from './vocabulary-lists.js'
import { webDigest } from './web-digest.js'

/** Values in a configuration: the class weights of ten thousand tags, and everything else. */
const CONFIG_VALUES = 12_000

/**
 * A run by its manifest. Its other files come from anyone: each is read when it is asked for with `load`, no further than
 * the size that the manifest states, and is checked against its hash before anything looks into it.
 */
export class StoredRun {
  private readonly contents = new Map<string, Uint8Array<ArrayBuffer>>()

  private constructor(
    private readonly source: RunSource,
    readonly manifest: RunManifest,
    /** What a file is called in messages. */
    readonly where: (name: string) => string,
  ) {}

  /**
   * Reads the manifest of a run.
   * @throws ModelFileError where it is missing, damaged or from a newer version; InputError
   *   `predict/argument` for something that is no source; whatever the source throws
   */
  static async open(source: RunSource): Promise<StoredRun> {
    checkSource(source)
    return StoredRun.read(source, name => `${(source.name ?? 'run').replace(/\/$/, '')}/${name}`)
  }

  /**
   * Opens a run whose files are among those of this one.
   * @param prefix what comes before their names
   */
  async part(prefix: string): Promise<StoredRun> {
    await this.load([prefix + MANIFEST])
    const { name, read } = this.source
    return StoredRun.read({ name, read: (own, most) => read(prefix + own, most) }, own =>
      this.where(prefix + own),
    )
  }

  private static async read(source: RunSource, where: (name: string) => string): Promise<StoredRun> {
    const place = where(MANIFEST)
    const most = mostBytes(MANIFEST)
    const bytes = await source.read(MANIFEST, most)
    if (bytes === undefined)
      throw new ModelFileError({ where: place, expected: 'a file of a finished run', got: 'no such file' })
    const content = ownMemory(bytes)
    if (content.length > most)
      throw new ModelFileError({ where: place, expected: `at most ${most} bytes`, got: `${content.length}` })
    const { body, check } = readManifest(parseText(content, place), place)
    const { sha256 } = await webDigest(new TextEncoder().encode(body))
    return new StoredRun(source, check(sha256), where)
  }

  /**
   * Reads files, unless they were read before; with the vocabularies, their long lists.
   * @throws ModelFileError that names each file that is missing, cut short or changed, even by one byte; and for a combination,
   *   which has none of the files of a run
   */
  async load(names: readonly string[]): Promise<void> {
    if (names.some(name => !this.has(name))) this.refuseCombination()
    const wanted = names.includes(VOCABULARIES) && this.has(LISTS) ? [...names, LISTS] : names
    const faults = await Promise.all(
      wanted.filter(name => !this.contents.has(name)).map(name => this.loadFile(name)),
    )
    const found = faults.flat()
    if (found.length > 0) throw new ModelFileError(found)
  }

  /** Refuses what is no run but a combination of recognizers. @throws ModelFileError */
  refuseCombination(): void {
    if (!this.has(COMBINATION)) return
    throw new ModelFileError({
      where: this.where(COMBINATION),
      expected: 'a run, which was trained',
      got: 'a combination of recognizers',
      remedy: say`combinations have no run: they are for ${verb('predict')}, ${verb('evaluate')}, ${verb('report')} and the like`,
    })
  }

  /** What the run is called in messages. */
  get name(): string {
    return this.source.name ?? 'run'
  }

  /** The names of the run's files that this program reads. */
  get names(): readonly string[] {
    return [...TAGGER_FILES, METRICS, LOG].filter(name => this.has(name))
  }

  /** Whether the run holds no graph, since its other files make it. */
  get isPacked(): boolean {
    return !this.has(MODEL)
  }

  /** Whether its source would rather not read a graph that the other files make. */
  get skipsGraph(): boolean {
    return this.source.skipsGraph === true
  }

  /** The size of a file in bytes, as the manifest states it; 0 for one that it does not list. */
  size(name: string): number {
    return this.has(name) ? this.manifest.files[name].bytes : 0
  }

  /** @throws ModelFileError where the run has no such file, or it was not loaded */
  bytes(name: string): Uint8Array<ArrayBuffer> {
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
  config(): AnyConfig {
    const fileName = this.where(CONFIG)
    return this.reading(() => resolveAnyConfig(parseConfigFile(this.bytes(CONFIG), fileName)))
  }

  /** The settings of a neural tagger. @throws as `config`; ModelFileError where the run is of another recognizer */
  neuralConfig(): Config {
    const config = this.config()
    if (config.recognizer === 'neural') return config
    throw new ModelFileError({
      where: this.where(CONFIG),
      expected: 'a neural tagger',
      got: `a recognizer of kind ${config.recognizer}`,
      remedy: 'name a run that trained a network',
    })
  }

  /** Of a neural tagger. */
  vocabularies(): Vocabularies {
    const config = this.neuralConfig()
    return this.vocabulary((json, where) => parseVocabularies(json, config, where))
  }

  /** What `vocab.json` holds, as `parse` reads it. */
  vocabulary<Result>(parse: (json: unknown, where: string) => Result): Result {
    const where = this.where(VOCABULARIES)
    // Every entry has a row of numbers in one of the two.
    const values = Math.min(VOCABULARY_VALUES, 1000 + this.size(PARAMETERS) + this.size(MODEL))
    return this.reading(() => {
      const json = parseJson(parseText(this.bytes(VOCABULARIES), where), where, { values })
      const lists = { most: values, where: this.where(LISTS) }
      return parse(this.has(LISTS) ? joinLists(json, this.bytes(LISTS), lists) : json, where)
    })
  }

  /** Absent in a run that was stopped in memory. */
  metrics(): RunMetrics | undefined {
    if (!this.has(METRICS)) return undefined
    const where = this.where(METRICS)
    return this.reading(() =>
      checked(metricsSchema, parseJson(parseText(this.bytes(METRICS), where), where), where),
    )
  }

  log(): TrainEvent[] {
    const where = this.where(LOG)
    return this.has(LOG) ? this.reading(() => parseLog(parseText(this.bytes(LOG), where), where)) : []
  }

  /** Sizes in bytes: the graph for tagging, and everything that tagging reads. */
  sizes(): { readonly model: number; readonly tagger: number } {
    return {
      model: this.size(MODEL),
      tagger: TAGGER_FILES.reduce((sum, name) => sum + this.size(name), 0),
    }
  }

  /** SHA-256 of the trained parameters: the same for a copy of the run. */
  parametersHash(): string {
    return this.has(PARAMETERS) ? this.manifest.files[PARAMETERS].sha256 : ''
  }

  /**
   * Reads what another version of the program may write in another way: its faults say so.
   * @throws whatever `work` throws, with a fault more where the run is another version's
   */
  reading<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      throw this.explained(error)
    }
  }

  /** An error in reading the run; an InputError also says which version wrote the run, if it is another one. */
  explained(error: unknown): unknown {
    const fault = versionFault(this.manifest, this.where(MANIFEST))
    return fault && isInputError(error) ? new InputError(error.code, [...error.faults, fault]) : error
  }

  /** Whether the manifest lists a file. */
  has(name: string): boolean {
    return Object.hasOwn(this.manifest.files, name)
  }

  /** @returns what is wrong with a file */
  private async loadFile(name: string): Promise<readonly Fault[]> {
    const fault = (expected: string, got: string): Fault[] => [
      { where: this.where(name), expected, got, remedy: 'copy the run folder again, or train again' },
    ]
    if (!this.has(name)) return fault('a file of the run', 'none in its manifest')
    const written = this.manifest.files[name]
    const expected = `the file of ${written.bytes} bytes that training wrote`
    if (written.bytes > mostBytes(name))
      return fault(`at most ${mostBytes(name)} bytes`, `${written.bytes}, as its manifest says`)
    let bytes: Uint8Array | undefined
    try {
      bytes = await this.source.read(name, written.bytes)
    } catch (error) {
      if (error instanceof ModelFileError) return error.faults
      throw error
    }
    if (bytes === undefined) return fault(expected, 'no such file')
    const content = ownMemory(bytes)
    const difference =
      sizeDifference(content.length, written.bytes) ?? fileDifference(await webDigest(content), written)
    if (difference !== undefined) return fault(expected, difference)
    this.contents.set(name, content)
    return []
  }
}

/** A stored configuration, for `parseConfig`. @throws ModelFileError for what is not JSON */
export function parseConfigFile(
  bytes: Uint8Array,
  fileName: string,
): { readonly file: unknown; readonly fileName: string; readonly fileText: string } {
  const fileText = parseText(bytes, fileName)
  return { file: parseJson(fileText, fileName, { values: CONFIG_VALUES }), fileName, fileText }
}

/** Bytes of the largest numbers in a file. */
const ALIGNMENT = 8

/**
 * What a source gave, in memory of this thread's own: cryptography and WebAssembly refuse what other threads may change. Node.js
 * gives parts of a larger memory, where numbers would begin at any byte.
 * @throws InputError `predict/argument` for what is not bytes, since a source may be anybody's function
 */
function ownMemory(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  if (Object.prototype.toString.call(bytes) === '[object ArrayBuffer]') return new Uint8Array(bytes)
  if (!ArrayBuffer.isView(bytes) || bytes.BYTES_PER_ELEMENT !== 1)
    throw new InputError('predict/argument', {
      where: 'source.read',
      expected: 'a Uint8Array, or undefined where there is no such file',
      got: bytes === null ? 'null' : typeof bytes === 'object' ? 'another object' : typeof bytes,
    })
  const isAligned = bytes.byteOffset % ALIGNMENT === 0
  return bytes.buffer instanceof ArrayBuffer && isAligned
    ? (bytes as Uint8Array<ArrayBuffer>)
    : new Uint8Array(bytes)
}
