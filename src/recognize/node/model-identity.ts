import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { VERSION } from '../../base/version.js'
import { isRulesFile, readRules } from '../../rules/node/read-rules.js'
import { holdsRun } from '../../run/node/find-model.js'
import { openModel } from '../../run/node/open-model.js'
import { isBuiltInModel } from '../built-in-recognizer.js'
import { namedSpanModel, spanModelFiles } from './load-span-recognizer.js'
import { namesOf } from './load-tagger.js'

/**
 * What a model is made of, in one SHA-256: the same for copies of it under other names, another one as soon as any file that
 * tagging reads is another. Of a trained model only its manifest is read.
 *
 * @param model as `loadTagger` takes it
 * @returns hexadecimal
 * @throws as `loadTagger`, for models that cannot be found
 * @example
 * await modelIdentity('en+numbers')
 */
export async function modelIdentity(model: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of namesOf(model, () => {})) hash.update(`${await identityOf(name)}\n`)
  return hash.digest('hex')
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

async function identityOf(name: string): Promise<string> {
  if (isRulesFile(name)) return JSON.stringify((await readRules(name)).spec)
  const spans = namedSpanModel(name)
  if (spans) return `${JSON.stringify(spans.options)} ${spanModelFiles(spans.folder).map(digestOf).join()}`
  if (isBuiltInModel(name) && !holdsRun(name)) return `${name} ${VERSION}`
  const { manifest } = await openModel(name)
  return JSON.stringify(manifest.files)
}
