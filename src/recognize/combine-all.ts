import { CombinedRecognizer, type RecognizerPart } from './combined-recognizer.js'
import type { Recognizer } from './recognizer.js'

/** The models that a name stands for: several are joined by `+`. An address is one. */
export function modelNames(model: string): readonly string[] {
  const names = model.split('+')
  return names.includes('') || /^https?:/i.test(model) ? [model] : names
}

/**
 * Loads models as one recognizer: where what they find overlaps, that of the earlier one counts. One alone stays what it is.
 * @param load each of them; those that were loaded are released if a later one cannot be
 * @param signal stops before the next one, with its reason
 */
export async function combineAll(
  names: readonly string[],
  load: (name: string) => Promise<Recognizer>,
  signal?: AbortSignal,
): Promise<Recognizer> {
  const members: Recognizer[] = []
  try {
    signal?.throwIfAborted()
    for (const name of names) {
      members.push(await load(name))
      signal?.throwIfAborted()
    }
  } catch (error) {
    await Promise.all(members.map(member => member.release()))
    throw error
  }
  if (members.length === 1) return members[0]
  const parts = members.map((recognizer, i): RecognizerPart => {
    return { name: partName(names[i]), recognizer, as: 'find', weight: 0, types: null }
  })
  return new CombinedRecognizer(parts, 'priority')
}

/** What a part is called in `source`: the last part of its path, without the ending of a rules file. */
export function partName(model: string): string {
  const [path] = model.split(/[?#]/)
  const last =
    path
      .replace(/[\\/]+$/, '')
      .split(/[\\/]/)
      .at(-1) ?? path
  return last.replace(/\.(?:ya?ml|json)$/i, '') || model
}
