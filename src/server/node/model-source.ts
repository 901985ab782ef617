import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../base/errors.js'
import { option } from '../../base/fault.js'
import { isBuiltInModel } from '../../recognize/built-in-recognizer.js'
import { modelNames, partName } from '../../recognize/combine-all.js'
import { namedSpanModel, spanModelFiles } from '../../recognize/node/load-span-recognizer.js'
import { namesOf } from '../../recognize/node/load-tagger.js'
import { isRulesFile } from '../../rules/node/read-rules.js'
import { findModel, holdsRun } from '../../run/node/find-model.js'
import { MANIFEST } from '../../run/run-manifest.js'

/** A model that is to be served: what it is called, and what `loadTagger` is given. */
export interface ModelSource {
  readonly name: string
  readonly model: string
}

/**
 * Reads `runs/a` (served as `a`) and `news=runs/a` (as `news`).
 * @throws InputError `serve/name` for a name that comes twice or cannot be in an address
 */
export function parseModelSources(given: readonly string[]): ModelSource[] {
  const sources = given.map(parseModelSource)
  for (const [i, { name }] of sources.entries()) {
    if (!/^[\w.+-]+$/.test(name))
      throw refused(
        'a name of letters, digits and . + - _',
        JSON.stringify(name),
        'give it a name: NAME=MODEL',
      )
    if (sources.findIndex(other => other.name === name) < i)
      throw refused('each name once', `${name} twice`, 'give one of them another name: NAME=MODEL')
  }
  return sources
}

function parseModelSource(given: string): ModelSource {
  const [, name, model] = /^([\w.+-]+)=(.+)$/.exec(given) ?? []
  if (name !== undefined && !existsSync(given)) return { name, model }
  return { name: modelNames(given).map(partName).join('+'), model: given }
}

function refused(expected: string, got: string, remedy: string): InputError {
  return new InputError('serve/name', { where: option('models'), expected, got, remedy })
}

/** The files that say which version of a model there is; none for what has no files here. */
export function versionFiles(model: string): string[] {
  return namesOf(model, () => {}).flatMap(name => {
    if (isRulesFile(name)) return [name]
    const spans = namedSpanModel(name)
    if (spans) return spanModelFiles(spans.folder)
    if (isBuiltInModel(name) && !holdsRun(name)) return []
    try {
      const { kind, path } = findModel(name)
      return kind === 'address' ? [] : [join(path, MANIFEST)]
    } catch {
      return []
    }
  })
}
