import * as v from 'valibot'
import { isRecord } from './json-types.js'

/** What is put before each name while valibot looks at it. */
const MARK = '.'

/**
 * As `v.record` with names of any kind. That one silently leaves out `constructor` and `prototype`, which are entity
 * types like any other.
 *
 * @example
 * v.parse(recordOf(v.number()), { constructor: 1 }) // { constructor: 1 }
 */
export function recordOf<const Value extends v.GenericSchema>(
  value: Value,
): v.RecordSchema<v.StringSchema<undefined>, Value, undefined> {
  const schema = v.record(v.string(), value)
  const run: (typeof schema)['~run'] = (dataset, config) => {
    const input = dataset.value
    if (!isRecord(input)) return schema['~run'](dataset, config)
    const marked = Object.fromEntries(Object.entries(input).map(([name, own]) => [MARK + name, own]))
    const found = schema['~run']({ value: marked }, config)
    for (const { path } of found.issues ?? [])
      if (path)
        path[0] = { type: 'object', origin: 'value', input, key: unmarked(path[0].key), value: path[0].value }
    if (found.typed)
      found.value = Object.fromEntries(
        Object.entries(found.value).map(([name, own]) => [unmarked(name), own]),
      ) as typeof found.value
    return found
  }
  return { ...schema, '~run': run }
}

function unmarked(name: unknown): string {
  return String(name).slice(MARK.length)
}
