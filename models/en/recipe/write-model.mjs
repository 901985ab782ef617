import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { VERSION } from '../../../dist/base/version.js'
import { toSafetensors } from '../../../dist/engine/optim/safetensors.js'
import { digestOf, formatManifest } from '../../../dist/run/node/run-manifest.js'

/** Writes a packed model with the settings of another. @param out a new folder */
export function writeModel({ model, vocabularies, tensors, out }) {
  mkdirSync(out, { recursive: true })
  writeFileSync(join(out, 'vocab.json'), `${JSON.stringify(vocabularies)}\n`)
  writeFileSync(join(out, 'model.safetensors'), toSafetensors(tensors))
  copyFileSync(join(model, 'config.json'), join(out, 'config.json'))
  const names = ['config.json', 'model.safetensors', 'vocab.json']
  const digests = Object.fromEntries(names.map(name => [name, digestOf(readFileSync(join(out, name)))]))
  writeFileSync(join(out, 'manifest.json'), formatManifest(VERSION, digests))
}
