import { type Combination, partPrefix, RULES } from '../combination.js'
import { COMBINATION, CONFIG, TAGGER_FILES } from '../run-files.js'
import { MANIFEST } from '../run-manifest.js'
import type { StoredRun } from '../stored-run.js'
import { digestOf, formatManifest } from './run-manifest.js'
import { checkFree, writeModelFolder } from './write-folder.js'

/** A part with what it is made of: a run, or rules as JSON; nothing for a built-in model. */
export type PartSource = Combination['parts'][number] & { readonly source?: StoredRun | object }

/**
 * Writes recognizers as one model folder, with copies of all that they need.
 *
 * @param out nothing may be there
 * @returns the folder's bytes
 * @throws ModelFileError for a run that is damaged, and where something is at `out`
 */
export async function writeCombination(
  out: string,
  conflicts: Combination['conflicts'],
  parts: readonly PartSource[],
): Promise<number> {
  checkFree(out)
  const files: Record<string, Uint8Array> = {}
  for (const [i, { kind, source }] of parts.entries()) {
    const prefix = partPrefix(i)
    if (source === undefined) continue
    if (kind === 'rules') files[`${prefix}${RULES}`] = json(source)
    else Object.assign(files, await filesOfRun(source as StoredRun, prefix))
  }
  files[COMBINATION] = json({ version: 1, conflicts, parts: parts.map(({ source: _, ...part }) => part) })
  return writeModelFolder(out, files)
}

/** What tagging reads of a run, under new names, with a manifest of its own. */
async function filesOfRun(run: StoredRun, prefix: string): Promise<Record<string, Uint8Array>> {
  await run.load([CONFIG])
  const names = TAGGER_FILES.filter(name => run.has(name))
  await run.load(names)
  const digests = Object.fromEntries(names.map(name => [name, digestOf(run.bytes(name))]))
  const manifest = new TextEncoder().encode(formatManifest(run.manifest.nerite, digests))
  const files = [...names.map(name => [name, run.bytes(name)] as const), [MANIFEST, manifest] as const]
  return Object.fromEntries(files.map(([name, bytes]) => [`${prefix}${name}`, bytes]))
}

function json(value: object): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(value)}\n`)
}
