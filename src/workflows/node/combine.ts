import { existsSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import * as v from 'valibot'
import { InputError } from '../../base/errors.js'
import { isFolder, plainFileFault } from '../../base/node/path-kind.js'
import { isBuiltInModel } from '../../recognize/built-in-recognizer.js'
import { modelNames, partName } from '../../recognize/combine-all.js'
import { CombinedRecognizer, type RecognizerPart } from '../../recognize/combined-recognizer.js'
import { loadTagger, namesOf } from '../../recognize/node/load-tagger.js'
import { createRules } from '../../recognize/rules-recognizer.js'
import { readYaml } from '../../rules/file/read-yaml.js'
import { isRulesFile, readRules } from '../../rules/node/read-rules.js'
import { POLICIES, ROLES } from '../../run/combination.js'
import { openModel } from '../../run/node/open-model.js'
import { type PartSource, writeCombination } from '../../run/node/write-combination.js'
import { COMBINATION } from '../../run/run-files.js'

const text = v.pipe(v.string('a text'), v.nonEmpty('a text that is not empty'))
const part = v.strictObject(
  {
    model: v.optional(text),
    rules: v.optional(text),
    name: v.optional(text),
    as: v.optional(v.picklist(ROLES, `one of ${ROLES.join(', ')}`), 'find'),
    weight: v.optional(
      v.pipe(v.number('a number'), v.minValue(-100, 'at least -100'), v.maxValue(100, 'at most 100')),
      2,
    ),
    types: v.optional(
      v.nullable(v.pipe(v.array(text, 'a list of types'), v.nonEmpty('at least one type'))),
      null,
    ),
  },
  'a part: model or rules, name, as, weight, types',
)
const schema = v.strictObject(
  {
    conflicts: v.optional(v.picklist(POLICIES, `one of ${POLICIES.join(', ')}`), 'priority'),
    parts: v.pipe(
      v.array(part, 'a list of parts'),
      v.nonEmpty('at least one part'),
      v.maxLength(100, 'at most 100 parts'),
    ),
  },
  'a combination: conflicts, parts',
)
type PartSpec = v.InferOutput<typeof part>

const MOST_BYTES = 2 ** 20

/** What a combination consists of, as it was written. */
export interface CombinationSummary {
  readonly out: string
  readonly bytes: number
  readonly conflicts: string
  readonly parts: readonly { readonly name: string; readonly kind: string; readonly as: string }[]
}

/**
 * Makes one model folder of several recognizers: runs and rules files, as a YAML or JSON file lists them, or as their names joined by
 * `+` do. The folder has copies of them, is loaded once to see that it works, and is removed again if it does not.
 *
 * @param file paths in it are relative to it; or names of models, such as `pii+en`; `pii` is both
 * @param out nothing may be there
 * @throws InputError `combine/file`, `rules/yaml`, `combine/form` with the lines that are wrong; as the loaders of its parts
 */
export async function combine(
  file: string,
  out: string,
  onNotice: (message: string) => void,
): Promise<CombinationSummary> {
  const isFile = existsSync(file) || (isRulesFile(file) && modelNames(file).length === 1)
  const names = isFile ? [] : namesOf(file, onNotice)
  const { value, lineAt } =
    names.length === 0
      ? readYaml(textOf(file), file)
      : { value: { parts: names.map(partOf) }, lineAt: () => 1 }
  const placeOf = (path: readonly (string | number)[]) => ({
    file,
    line: lineAt(path),
    ...(path.length > 0 && { field: path.join('.') }),
  })
  const result = v.safeParse(schema, Array.isArray(value) ? undefined : value)
  if (!result.success)
    throw new InputError(
      'combine/form',
      result.issues.slice(0, 20).map(issue => {
        const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)))
        const isUnknown = issue.type === 'strict_object' && issue.expected === 'never'
        return {
          where: placeOf(path),
          expected: isUnknown
            ? path.length === 1
              ? 'conflicts or parts'
              : 'model or rules, name, as, weight, types'
            : issue.message,
          got: isUnknown ? `the unknown key ${path.at(-1)}` : issue.received,
        }
      }),
    )
  const { conflicts, parts } = result.output
  const sources: PartSource[] = []
  const folder = names.length === 0 ? dirname(file) : '.'
  for (const [i, spec] of parts.entries())
    sources.push(await sourceOf(spec, i, { folder, sources, placeOf, onNotice }))
  const bytes = await writeCombination(out, conflicts, sources)
  try {
    await using made = await loadTagger(out, { onNotice })
    if (made instanceof CombinedRecognizer) checkTypes(made.parts, placeOf)
  } catch (error) {
    rmSync(out, { recursive: true, force: true })
    throw error
  }
  return { out, bytes, conflicts, parts: sources.map(({ name, kind, as }) => ({ name, kind, as })) }
}

function partOf(name: string) {
  return isRulesFile(name) ? { rules: name } : { model: name, name: partName(name) }
}

/** Refuses types that a part never finds: the part would say nothing. */
function checkTypes(parts: readonly RecognizerPart[], placeOf: Place['placeOf']): void {
  const faults = parts.flatMap(({ types, recognizer: { info } }, i) => {
    const at = types?.findIndex(type => !info.types.includes(type)) ?? -1
    return at < 0 || types === null
      ? []
      : [
          {
            where: placeOf(['parts', i, 'types', at]),
            expected: `one of the part's types: ${info.types.slice(0, 50).join(', ')}`,
            got: JSON.stringify(types[at].slice(0, 60)),
          },
        ]
  })
  if (faults.length > 0) throw new InputError('combine/form', faults)
}

interface Place {
  /** That paths are relative to. */
  readonly folder: string
  readonly sources: readonly PartSource[]
  readonly placeOf: (path: readonly (string | number)[]) => { readonly file: string; readonly line: number }
  readonly onNotice: (message: string) => void
}

async function sourceOf(
  spec: PartSpec,
  i: number,
  { folder, sources, placeOf, onNotice }: Place,
): Promise<PartSource> {
  const { model, rules, as, weight, types } = spec
  const refuse = (field: string | undefined, expected: string, got: string) =>
    new InputError('combine/form', {
      where: placeOf(field === undefined ? ['parts', i] : ['parts', i, field]),
      expected,
      got,
    })
  if ((model === undefined) === (rules === undefined))
    throw refuse(undefined, 'model or rules', model === undefined ? 'neither' : 'both')
  const path = model ?? rules ?? ''
  const name = spec.name ?? basename(path, extname(path))
  if (sources.some(source => source.name === name))
    throw refuse('name', 'a different name for each part', `${JSON.stringify(name)} twice`)
  const own = { name, as, weight, types: types ?? null }
  if (rules !== undefined) {
    const parsed = await readRules(resolve(folder, rules))
    // What only compiling finds is a fault of the file that the user wrote, and not of its copy.
    await (await createRules(parsed)).release()
    return { ...own, kind: 'rules', source: parsed.spec }
  }
  const named = modelPath(path, folder)
  if (named === path && isBuiltInModel(path)) return { ...own, kind: 'built-in', builtIn: path }
  const source = await openModel(named, onNotice)
  if (source.has(COMBINATION)) throw refuse('model', 'a run folder', 'a combination; list its parts instead')
  return { ...own, kind: 'run', source }
}

/** A path is relative to the file that names it; the name of a package or an address is neither. */
function modelPath(model: string, folder: string): string {
  const beside = join(folder, model)
  return isFolder(beside) ? beside : model
}

function textOf(path: string): string {
  const got = plainFileFault(path, MOST_BYTES)
  if (got !== undefined)
    throw new InputError('combine/file', {
      where: path,
      expected: `a YAML or JSON file of at most ${MOST_BYTES} bytes that lists parts`,
      got,
    })
  return readFileSync(path, 'utf8')
}
