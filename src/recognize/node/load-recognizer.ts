import { isRulesFile, readRules } from '../../rules/node/read-rules.js'
import { checkLoadOptions, checkText } from '../arguments.js'
import type { Recognizer } from '../recognizer.js'
import { createRules, type RulesRecognizer } from '../rules-recognizer.js'
import { type LoadOptions, loadTagger } from './load-tagger.js'

/**
 * Loads anything that finds entities, by its name: a rules file (`rules.yaml`, `rules.yml`, `rules.json`), or a trained tagger
 * as `loadTagger` finds it.
 *
 * @throws InputError `rules/yaml`, `rules/form`, `rules/pattern`, `rules/name`, `rules/size` with the lines of a rules file
 *   that are wrong; as `loadTagger` for a tagger
 * @example
 * await using rules = await loadRecognizer('rules.yaml')
 * console.log(await rules.tag('Invoice 2024-17 of Acme'))
 */
export async function loadRecognizer(
  model: string,
  options: Omit<LoadOptions, 'workers'> = {},
): Promise<Recognizer> {
  checkText(model, 'model')
  checkLoadOptions(options, ['threads', 'onNotice'])
  return isRulesFile(model) ? loadRules(model) : loadTagger(model, options)
}

/** A rules file as a recognizer. @throws as `loadRecognizer` */
export async function loadRules(file: string): Promise<RulesRecognizer> {
  return createRules(await readRules(file))
}
