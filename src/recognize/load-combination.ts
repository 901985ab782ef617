import { InputError } from '../base/errors.js'
import { ModelFileError } from '../base/model-file-error.js'
import { checkRules } from '../rules/file/check-rules.js'
import { parseJson, parseText } from '../run/checked.js'
import { type Combination, partPrefix, RULES, readCombination } from '../run/combination.js'
import { COMBINATION } from '../run/run-files.js'
import type { StoredRun } from '../run/stored-run.js'
import { builtInRecognizer, isBuiltInModel } from './built-in-recognizer.js'
import { CombinedRecognizer, type RecognizerPart } from './combined-recognizer.js'
import { type CreateOptions, createTagger } from './load-tagger.js'
import { isTrained, type Recognizer } from './recognizer.js'
import { createRules } from './rules-recognizer.js'

/** Values in the rules of a part: a million names, and the rules. */
const RULES_VALUES = 1_200_000

/** Whether a model is a combination of recognizers. */
function isCombination(run: StoredRun): boolean {
  return run.has(COMBINATION)
}

/** Makes a recognizer of a stored run or combination. @throws as `createTagger` and `createCombination` */
export function createRecognizer(run: StoredRun, options: CreateOptions): Promise<Recognizer> {
  return isCombination(run) ? createCombination(run, options) : createTagger(run, options)
}

/**
 * Makes a recognizer of a stored combination.
 * @throws InputError for files that `combine` did not write
 */
async function createCombination(run: StoredRun, options: CreateOptions): Promise<CombinedRecognizer> {
  const combination = await readCombination(run)
  const parts: RecognizerPart[] = []
  try {
    for (const [i, { kind, builtIn = '', ...part }] of combination.parts.entries()) {
      const prefix = partPrefix(i)
      const make = {
        run: async () => createTagger(await run.part(prefix), options),
        rules: () => rulesOf(run, `${prefix}${RULES}`),
        'built-in': () => builtInOf(run, builtIn, options.country),
      }
      parts.push({ ...part, recognizer: await make[kind]() })
    }
    checkGuides(combination, parts, run.name)
  } catch (error) {
    await Promise.all(parts.map(({ recognizer }) => recognizer.release()))
    throw error
  }
  return new CombinedRecognizer(parts, combination.conflicts)
}

async function rulesOf(run: StoredRun, name: string): Promise<Recognizer> {
  await run.load([name])
  const where = run.where(name)
  const json = parseJson(parseText(run.bytes(name), where), where, { values: RULES_VALUES })
  const rules = checkRules(json, path => ({ file: where, ...(path.length > 0 && { field: path.join('.') }) }))
  const named = rules.spec.rules.findIndex(({ file }) => file !== undefined)
  if (named < 0) return createRules(rules)
  throw new InputError('rules/file', {
    where: rules.placeOf(['rules', named, 'file']),
    expected: 'names in the rules themselves',
    got: 'the name of another file, which is not read',
  })
}

async function builtInOf(run: StoredRun, name: string, country?: string): Promise<Recognizer> {
  if (isBuiltInModel(name)) return builtInRecognizer(name, { ...(country !== undefined && { country }) })
  throw new ModelFileError({
    where: run.where(COMBINATION),
    expected: 'the name of a built-in model',
    got: JSON.stringify(name.slice(0, 60)),
    remedy: 'update nerite, or combine again',
  })
}

/** Only trained taggers can be held to what other parts say. */
function checkGuides({ parts: specs }: Combination, parts: readonly RecognizerPart[], where: string): void {
  const guide = specs.find(({ as }) => as === 'forbid' || as === 'suggest')
  if (!guide || parts.some(({ as, recognizer }) => as === 'find' && isTrained(recognizer))) return
  throw new InputError('combine/guide', {
    where,
    expected: `a trained model that ${guide.name} can ${guide.as} something in`,
    got: 'none',
    remedy: 'leave out the parts that forbid or suggest',
  })
}
