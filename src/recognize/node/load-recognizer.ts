import { existsSync } from 'node:fs'
import { chooseRuntime } from '../../engine/runtime/node/choose-runtime.js'
import { isRulesFile, readRules } from '../../rules/node/read-rules.js'
import { hasModel, holdsRun } from '../../run/node/find-model.js'
import { openModel } from '../../run/node/open-model.js'
import { checkLoadOptions, checkText } from '../arguments.js'
import { builtInRecognizer, isBuiltInModel } from '../built-in-recognizer.js'
import { JoinedRecognizer } from '../joined-recognizer.js'
import { createCombination, isCombination } from '../load-combination.js'
import { createTagger } from '../load-tagger.js'
import type { Recognizer } from '../recognizer.js'
import { createRules, type RulesRecognizer } from '../rules-recognizer.js'
import { type LoadOptions, warn } from './load-tagger.js'

export interface LoadRecognizerOptions extends Omit<LoadOptions, 'workers'> {
  /** The country whose phone numbers the built-in models know without a country code, ISO 3166-1; default: `US`. */
  readonly country?: string
}

/** Finds names of persons, places and more, if it is installed. */
const ENGLISH = '@nerite/en'

/**
 * Loads anything that finds entities, by its name: a rules file (`rules.yaml`, `rules.yml`, `rules.json`), a built-in model
 * (`pii`, `numbers`), a combination of recognizers, or a trained tagger, as `loadTagger` finds it. Several names joined by `+`, such as `en+numbers`, are one
 * recognizer: of entities that overlap, that of the earlier name counts. `pii` has the names that `@nerite/en` finds too, if
 * that is installed.
 *
 * @throws InputError `rules/yaml`, `rules/form`, `rules/pattern`, `rules/name`, `rules/size` with the lines of a rules file
 *   that are wrong; `rules/country`; as `loadTagger` for a tagger
 * @example
 * await using rules = await loadRecognizer('rules.yaml')
 * console.log(await rules.tag('Invoice 2024-17 of Acme'))
 */
export async function loadRecognizer(
  model: string,
  options: LoadRecognizerOptions = {},
): Promise<Recognizer> {
  checkText(model, 'model')
  checkLoadOptions(options, ['threads', 'onNotice', 'country'])
  const names = model.split('+')
  const isOne = names.length === 1 || names.includes('') || existsSync(model) || /^https?:/i.test(model)
  return isOne ? loadOne(model, options) : loadAll(names, options)
}

async function loadAll(names: readonly string[], options: LoadRecognizerOptions): Promise<JoinedRecognizer> {
  const members: Recognizer[] = []
  try {
    for (const name of names) members.push(await loadOne(name, options))
  } catch (error) {
    await Promise.all(members.map(member => member.release()))
    throw error
  }
  return new JoinedRecognizer(members)
}

async function loadOne(name: string, { country, ...options }: LoadRecognizerOptions): Promise<Recognizer> {
  if (isRulesFile(name)) return loadRules(name)
  if (!isBuiltInModel(name)) return loadRun(name, options)
  if (holdsRun(name)) {
    const { onNotice = warn } = options
    onNotice(`${name} is the run in the folder ${name}, not the built-in model`)
    return loadRun(name, options)
  }
  const rules = await builtInRecognizer(name, { ...(country !== undefined && { country }) })
  if (name !== 'pii') return rules
  if (!hasModel(ENGLISH)) {
    const { onNotice = warn } = options
    onNotice(`pii finds no names of persons or places here: that takes ${ENGLISH} (npm install ${ENGLISH})`)
    return rules
  }
  return new JoinedRecognizer([rules, await loadRun(ENGLISH, options)])
}

async function loadRun(model: string, options: Omit<LoadOptions, 'workers'>): Promise<Recognizer> {
  const { threads, onNotice = warn } = options
  const run = await openModel(model, onNotice)
  const create = { runtime: () => chooseRuntime(options.onNotice), threads, onNotice }
  return isCombination(run) ? createCombination(run, create) : createTagger(run, create)
}

/** A rules file as a recognizer. @throws as `loadRecognizer` */
export async function loadRules(file: string): Promise<RulesRecognizer> {
  return createRules(await readRules(file))
}
