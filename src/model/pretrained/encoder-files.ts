/** The files of an encoder, each read and checked when it is asked for. */
import { parseBoundedJson } from '../../base/bounded-json.js'
import { isRecord } from '../../base/json-types.js'
import { ModelFileError } from '../../base/model-file-error.js'
import { parseSafetensors, type StoredTensor } from '../../engine/optim/safetensors.js'
import type { TokenizerSource } from '../../text/subword/tokenizer-source.js'
import { withTokenizerSettings } from './tokenizer-settings.js'

/** The files of an encoder. */
export interface EncoderFiles {
  /** What to call them in messages: the folder. */
  readonly name: string
  /**
   * @param most bytes that the file may have
   * @returns `undefined` where there is none of that name
   */
  read(name: string, most: number): Uint8Array | undefined | Promise<Uint8Array | undefined>
  /** Whether there is a file of that name; default: what `read` says. */
  has?(name: string): boolean | Promise<boolean>
}

const LARGE = 2 ** 27
const WEIGHTS = 2 ** 32
/** Lists the parts of weights in several files. */
export const INDEX = 'model.safetensors.index.json'

/** A checkpoint's own settings and tensors, for what is more than an encoder. */
export class EncoderReader {
  constructor(private readonly files: EncoderFiles) {}

  where(name: string): string {
    return `${this.files.name}/${name}`
  }

  missing(expected: string, got = 'none', remedy?: string): ModelFileError {
    return new ModelFileError({
      where: this.files.name,
      expected,
      got,
      remedy: remedy ?? 'copy the folder again, with all of its files',
    })
  }

  /** The first of some files that is there. */
  async has(names: readonly string[]): Promise<string | undefined> {
    const { files } = this
    for (const name of names)
      if (await (files.has?.(name) ?? (await files.read(name, WEIGHTS)) !== undefined)) return name
    return undefined
  }

  bytes(name: string, most = WEIGHTS): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    return this.files.read(name, most)
  }

  /** The name of the folder. */
  get name(): string {
    return this.files.name
  }

  async text(name: string, most: number): Promise<string | undefined> {
    const bytes = await this.files.read(name, most)
    if (!bytes) return undefined
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    } catch {
      throw new ModelFileError({ where: this.where(name), expected: 'text in UTF-8', got: 'other bytes' })
    }
  }

  async json(name: string, most: number): Promise<unknown> {
    const text = await this.text(name, most)
    if (text === undefined) return undefined
    const result = parseBoundedJson(text)
    if (result.ok) return result.value
    throw new ModelFileError({ where: this.where(name), expected: result.expected, got: result.got })
  }

  /** The tokenizer's files, the newest layout first. */
  async tokenizer(): Promise<TokenizerSource> {
    const settings = await this.json('tokenizer_config.json', LARGE)
    for (const kind of ['tokenizer.json', 'unigram.json'] as const) {
      const json = await this.json(kind, LARGE)
      if (json !== undefined) return { kind, json: withTokenizerSettings(json, settings) }
    }
    const own = isRecord(settings) ? settings : {}
    const lines = await this.text('vocab.txt', LARGE)
    if (lines !== undefined) {
      const lowercase = own.do_lower_case !== false
      return {
        ...{ kind: 'vocab.txt', vocabulary: lines, lowercase },
        stripAccents: typeof own.strip_accents === 'boolean' ? own.strip_accents : lowercase,
        ideographs: own.tokenize_chinese_chars !== false,
      }
    }
    const vocabulary = await this.json('vocab.json', LARGE)
    const merges = await this.text('merges.txt', LARGE)
    if (vocabulary !== undefined && merges !== undefined)
      return { kind: 'merges.txt', vocabulary, merges, addSpace: own.add_prefix_space === true }
    throw this.missing('tokenizer.json, or vocab.txt, or vocab.json and merges.txt', 'none of them')
  }

  /** The tensors, and the file that has them or lists them. */
  async tensors(): Promise<{ readonly file: string; readonly tensors: ReadonlyMap<string, StoredTensor> }> {
    const file = 'model.safetensors'
    const whole = await this.files.read(file, WEIGHTS)
    if (whole) return { file, tensors: parseSafetensors(whole, this.where(file)).tensors }
    const index = await this.json(INDEX, LARGE)
    if (index === undefined) throw await this.withoutWeights()
    const map = isRecord(index) && isRecord(index.weight_map) ? index.weight_map : {}
    const names = [...new Set(Object.values(map))]
    const tensors = new Map<string, StoredTensor>()
    for (const name of names) {
      // The names come from a file: they must stay in the folder.
      if (typeof name !== 'string' || !/^[\w-][\w.-]*\.safetensors$/.test(name))
        throw new ModelFileError({
          where: this.where(INDEX),
          expected: 'names of .safetensors files in the same folder',
          got: JSON.stringify(name).slice(0, 60),
        })
      const part = await this.files.read(name, WEIGHTS)
      if (!part) throw this.missing(name)
      for (const [tensor, stored] of parseSafetensors(part, this.where(name)).tensors)
        tensors.set(tensor, stored)
    }
    return { file: INDEX, tensors }
  }

  private async withoutWeights(): Promise<ModelFileError> {
    const isTorch = (await this.has(['pytorch_model.bin'])) !== undefined
    return isTorch
      ? this.missing(
          'model.safetensors',
          'pytorch_model.bin, which can run code when it is read',
          "convert it: AutoModel.from_pretrained('FOLDER').save_pretrained('FOLDER') in Python",
        )
      : this.missing(`model.safetensors, its parts with ${INDEX}, or model.onnx`)
  }
}
