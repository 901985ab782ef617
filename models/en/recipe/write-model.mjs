import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERSION } from '../../../dist/base/version.js'
import { PackedStrings } from '../../../dist/encode/packed-strings.js'
import { Vocabulary } from '../../../dist/encode/vocabulary.js'
import { toSafetensors } from '../../../dist/engine/optim/safetensors.js'
import { digestOf, formatManifest } from '../../../dist/run/node/run-manifest.js'
import { joinLists, splitLists } from '../../../dist/run/vocabulary-lists.js'

const LISTS = 'vocab.safetensors'

/** The vocabularies of a packed model, with every list as an array of strings. */
export function readVocabularies(model) {
  const json = JSON.parse(readFileSync(join(model, 'vocab.json'), 'utf8'))
  const lists = join(model, LISTS)
  if (!existsSync(lists)) return json
  const joined = joinLists(json, new Uint8Array(readFileSync(lists)), { most: 3_200_000, where: lists })
  const { words } = joined.inputs
  for (const [name, list] of Object.entries(words))
    if (list instanceof PackedStrings) words[name] = [...Vocabulary.fromJSON(list, name).entries]
  return joined
}

/** Writes a packed model with the settings of another. @param out a new folder */
export function writeModel({ model, vocabularies, tensors, out }) {
  mkdirSync(out, { recursive: true })
  const { rest, lists } = splitLists(withWords(vocabularies))
  writeFileSync(join(out, 'vocab.json'), `${JSON.stringify(rest)}\n`)
  if (lists) writeFileSync(join(out, LISTS), lists)
  writeFileSync(join(out, 'model.safetensors'), toSafetensors(tensors))
  copyFileSync(join(model, 'config.json'), join(out, 'config.json'))
  const digests = Object.fromEntries(
    readdirSync(out).map(name => [name, digestOf(readFileSync(join(out, name)))]),
  )
  writeFileSync(join(out, 'manifest.json'), formatManifest(VERSION, digests))
}

/** Vocabularies in which lists of words are what they are in a program. */
function withWords(vocabularies) {
  const { words } = vocabularies.inputs ?? {}
  if (!words) return vocabularies
  const lists = Object.entries(words).map(([name, list]) => [name, Vocabulary.fromJSON(list, name)])
  return { ...vocabularies, inputs: { ...vocabularies.inputs, words: Object.fromEntries(lists) } }
}
