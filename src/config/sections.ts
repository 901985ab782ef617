/** How the schema says that settings belong together. Each one stands beside its default. */
import * as v from 'valibot'

/** Settings that are always there. Each entry has a default of its own. */
export const section = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.optional(v.strictObject(entries), {} as v.InferInput<v.StrictObjectSchema<Entries, undefined>>)

/** A part that can be left out (`null`, the default). Naming one of its settings turns it on with the others' defaults. */
export const optionalSection = <const Entries extends v.ObjectEntries>(entries: Entries) =>
  v.optional(v.nullable(v.strictObject(entries)), null)

/** One kind of a variant, with the settings that only mean something for this kind. */
export const kind = <const Kind extends string, const Entries extends v.ObjectEntries>(
  name: Kind,
  entries: Entries,
) => v.strictObject({ kind: v.literal(name), ...entries })

/** What is wrong with settings that are fine one by one: the one to report, as keys, and what it should have been. */
export type Mismatch = readonly [at: readonly string[], expected: string]

/** Checks the settings of a section against each other. */
export const consistent = <Section extends object>(find: (settings: Section) => Mismatch | undefined) =>
  v.rawCheck<Section>(({ dataset, addIssue }) => {
    const mismatch = dataset.typed ? find(dataset.value) : undefined
    if (!mismatch) return
    const [keys, message] = mismatch
    const path: unknown[] = []
    let input: unknown = dataset.value
    for (const key of keys) {
      const value: unknown = (input as Readonly<Record<string, unknown>>)[key]
      path.push({ type: 'object', origin: 'value', input, key, value })
      input = value
    }
    addIssue({ message, input, path: path as [v.IssuePathItem] })
  })
