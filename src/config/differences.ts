import { defaultAt } from './settings-tree.js'

/**
 * Every setting of a configuration by its dotted name; an empty list or object is a value.
 *
 * @example
 * settingsOf({ training: { epochs: 3 } }).get('training.epochs') // 3
 */
export function settingsOf(config: unknown): Map<string, unknown> {
  const settings = new Map<string, unknown>()
  const visit = (value: unknown, path: string): void => {
    const parts = typeof value === 'object' && value !== null ? Object.entries(value) : []
    // A list of plain values, such as affix lengths, is one setting.
    const isPlainList = Array.isArray(value) && value.every(part => typeof part !== 'object' || part === null)
    if (parts.length === 0 || isPlainList) settings.set(path, value)
    else for (const [key, part] of parts) visit(part, path === '' ? key : `${path}.${key}`)
  }
  visit(config, '')
  return settings
}

/**
 * The settings in which configurations differ, each with its value in every one of them; `undefined` where one lacks it.
 * Settings that only some of the kinds have are left out if they have their defaults: they follow from the `kind`.
 *
 * @example
 * differences([{ seed: 1, dim: 9 }, { seed: 2, dim: 9 }]) // Map { 'seed' => [1, 2] }
 */
export function differences(configs: readonly unknown[]): Map<string, readonly unknown[]> {
  const settings = configs.map(settingsOf)
  const names = new Set(settings.flatMap(own => [...own.keys()]))
  const differing = new Map<string, readonly unknown[]>()
  const differ = (name: string) => new Set(settings.map(own => JSON.stringify(own.get(name)))).size > 1
  for (const name of names) {
    if (!differ(name)) continue
    const isOfKind = differ(name.replace(/[^.]*$/, 'kind'))
    const values = settings.map(own => own.get(name))
    const isImplied =
      new Set(values.filter(value => value !== undefined).map(value => JSON.stringify(value))).size === 1 &&
      settings.every((own, i) => !own.has(name) || isEqual(own.get(name), defaultAt(configs[i], name)))
    if (!(isOfKind && isImplied)) differing.set(name, values)
  }
  return differing
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
