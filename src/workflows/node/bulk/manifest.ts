/** What a folder of outputs says about itself: how it is made, and which of its parts are done. */
import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { InputError } from '../../../base/errors.js'
import { option, say } from '../../../base/fault.js'
import { writeFileAtomically } from '../../../base/node/atomic-file.js'
import { fileFault } from '../../../base/place-fault.js'

/** Begins with `_`, as what Spark, Hive and others pass over in a folder of data. */
export const BULK_MANIFEST = '_nerite.manifest'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const digestSchema = v.strictObject({ bytes: count, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })

const failureSchema = v.strictObject({
  line: v.optional(count),
  row: v.optional(count),
  error: v.string(),
})

const partSchema = v.strictObject({
  output: v.string(),
  input: digestSchema,
  written: digestSchema,
  documents: count,
  words: count,
  entities: count,
  errors: count,
  /** The first ones. */
  failures: v.array(failureSchema),
})

const headerSchema = v.strictObject({
  format: v.literal('nerite-bulk'),
  version: v.literal(1),
  nerite: v.string(),
  model: v.string(),
  /** All that has an effect on what is written. */
  options: v.record(v.string(), v.unknown()),
})

export type FileDigest = v.InferOutput<typeof digestSchema>
export type Failure = v.InferOutput<typeof failureSchema>
/** A part that is done. */
export type DonePart = v.InferOutput<typeof partSchema>
/** How outputs are made. Outputs of two different ones are never in one folder. */
export type BulkHeader = v.InferOutput<typeof headerSchema>

/** @throws InputError `bulk/manifest` for a file that this program did not write */
export function readBulkManifest(
  out: string,
): { readonly header: BulkHeader; readonly parts: Map<string, DonePart> } | undefined {
  const path = join(out, BULK_MANIFEST)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw damaged(path, fileFault(error) ?? 'one that cannot be read')
  }
  // The process may have been killed while it wrote the last line.
  const lines = text.split('\n').slice(0, -1)
  const parts = new Map<string, DonePart>()
  const [first = '', ...rest] = lines
  const header = parsed(headerSchema, first, path, 1)
  for (const [i, line] of rest.entries()) {
    const part = parsed(partSchema, line, path, i + 2)
    parts.set(part.output, part)
  }
  return { header, parts }
}

function parsed<Schema extends v.GenericSchema>(
  schema: Schema,
  line: string,
  path: string,
  number: number,
): v.InferOutput<Schema> {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw damaged(path, `line ${number}, which is not JSON`)
  }
  const result = v.safeParse(schema, value)
  if (result.success) return result.output
  throw damaged(path, `line ${number}, which says something else`)
}

function damaged(path: string, got: string): InputError {
  return new InputError('bulk/manifest', {
    where: path,
    expected: 'what an earlier call wrote about this folder',
    got,
    remedy: say`name another folder, or tag everything again with ${option('force')}`,
  })
}

/** Writes a whole manifest, parts in the order of their names. */
export function writeBulkManifest(out: string, header: BulkHeader, parts: Iterable<DonePart>): void {
  const sorted = [...parts].sort((a, b) => (a.output < b.output ? -1 : 1))
  const lines = [header, ...sorted].map(each => `${JSON.stringify(each)}\n`)
  writeFileAtomically(join(out, BULK_MANIFEST), lines.join(''))
}

/** Adds a part to a manifest; it is on the disk when this returns. */
export function addToManifest(out: string, part: DonePart): void {
  const file = openSync(join(out, BULK_MANIFEST), 'a')
  try {
    writeSync(file, `${JSON.stringify(part)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Refuses outputs that were made in another way.
 * @throws InputError `bulk/changed` with everything that differs
 */
export function checkSameHeader(out: string, before: BulkHeader, now: BulkHeader): void {
  const differing = [
    ...(before.model === now.model ? [] : ['the model']),
    ...(before.nerite === now.nerite ? [] : [`the version of nerite (${before.nerite}, now ${now.nerite})`]),
    ...[...new Set([...Object.keys(before.options), ...Object.keys(now.options)])]
      .filter(name => JSON.stringify(before.options[name]) !== JSON.stringify(now.options[name]))
      .map(
        name => `${name} (${JSON.stringify(before.options[name])}, now ${JSON.stringify(now.options[name])})`,
      ),
  ]
  if (differing.length === 0) return
  throw new InputError('bulk/changed', {
    where: out,
    expected: 'a folder whose parts were made in the same way',
    got: `another ${differing.join(', another ')}`.replace('another the', 'another'),
    remedy: say`name another folder, or tag everything again with ${option('force')}`,
  })
}
