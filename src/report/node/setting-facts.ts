import { basename } from 'node:path'
import { isRecord } from '../../base/json-types.js'
import { clip } from '../clip.js'

/** In characters. */
const LONGEST = 300

/** Every setting by its dotted name, in words; of files, the names. */
export function settingFacts(value: unknown, path = ''): (readonly [name: string, value: string])[] {
  if (Array.isArray(value) && value.some(isRecord))
    return value.flatMap((item, i) => settingFacts(item, `${path}.${i + 1}`))
  if (!isRecord(value)) return [[path, clip(inWords(value), LONGEST)]]
  const entries = Object.entries(value)
  if (entries.length === 0) return path === '' ? [] : [[path, 'none']]
  return entries.flatMap(([key, inner]) => settingFacts(inner, path === '' ? key : `${path}.${key}`))
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return 'not set'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value === '' ? 'empty' : withoutFolder(value)
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(inWords).join(', ')
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

/** Where a file was is nobody else's business. The names of packages have a slash, too. */
function withoutFolder(value: string): string {
  const isPath =
    /^(?:\.{0,2}[/\\]|~|[A-Za-z]:[/\\])/.test(value) || /^[^@\s][^\s]*[/\\][^\s/\\]*\.\w+$/.test(value)
  return isPath ? basename(value.replaceAll('\\', '/')) : value
}
