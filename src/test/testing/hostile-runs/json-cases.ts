import { Random } from '../../../base/random.js'
import { type HostileCase, type HostileCommand, hostileCase } from './hostile-case.js'

type Path = readonly (string | number)[]

/** Values that stand where others should. */
const WRONG: readonly unknown[] = [
  null,
  -1,
  0.5,
  1e308,
  1e15,
  '',
  'x'.repeat(100_000),
  '\u0000\u001b[31m',
  [],
  [[]],
  {},
  { kind: 'constructor' },
  true,
]

/** Every place in a value, the outermost first. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [path, ...entries.flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
}

function withValue(value: unknown, path: Path, put: (old: unknown) => unknown): unknown {
  if (path.length === 0) return put(value)
  const copy = structuredClone(value) as Record<string | number, unknown>
  let at = copy
  for (const key of path.slice(0, -1)) at = at[key] as typeof copy
  const last = path[path.length - 1]
  at[last] = put(at[last])
  return copy
}

/** Some of all places of a JSON file with each time another wrong value, a removed key or a repeated entry. */
export function mutations(name: string, count: number, seed: number, command: HostileCommand): HostileCase[] {
  return Array.from({ length: count }, (_, i) =>
    hostileCase(
      `${name}, change ${i}`,
      folder => {
        const random = Random.fromSeed(seed + i)
        const lines = folder.read(name).toString().trimEnd().split('\n')
        // A log has a value on each line.
        const isLog = name.endsWith('.jsonl')
        const line = isLog ? random.below(lines.length) : 0
        const value: unknown = JSON.parse(isLog ? lines[line] : lines.join('\n'))
        const paths = pathsOf(value)
        // The shallow places come first, so that every setting and list has its turn.
        const path =
          paths[i % 2 === 0 ? random.below(Math.min(60, paths.length)) : random.below(paths.length)]
        const wrong = WRONG[random.below(WRONG.length)]
        const changed = withValue(value, path, old =>
          Array.isArray(old) && i % 3 === 0 ? [...old, ...old] : wrong,
        )
        const text = JSON.stringify(changed)
        folder.write(name, isLog ? lines.with(line, text).join('\n') : text).seal()
      },
      { command, expected: 'any' },
    ),
  )
}

/** Texts in place of a JSON file, each with the right hash. */
export function jsonTexts(name: string, command: HostileCommand): HostileCase[] {
  const replaced: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
    'another kind of value': () => '3',
    null: () => 'null',
    'a list': () => '[]',
    'lists too deep': () => `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
    'objects too deep': () => `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
    'an endless text': text => `${text.slice(0, text.length - 3)}"${'\\"'.repeat(500_000)}`,
    'too many values': () => `[${'0,'.repeat(9_000_000)}0]`,
    'too many objects': () => `[${'{},'.repeat(2_000_000)}{}]`,
    NaN: text => text.replace(':', ':NaN,'),
    'a key twice': text => text.replace('{', '{"kind":"start","kind":"start",'),
    __proto__: text => text.replace('{', '{"__proto__":{"kind":"start"},'),
    'a byte order mark': text => `﻿${text}`,
    'bytes that are not UTF-8': text => Buffer.concat([Buffer.from(text), Buffer.of(0xc3, 0x28)]),
    'two values': text => `${text} {}`,
  }
  return Object.entries(replaced).map(([what, replace]) =>
    hostileCase(
      `${name}: ${what}`,
      folder => folder.write(name, replace(folder.read(name).toString())).seal(),
      { command },
    ),
  )
}

/** Millions of words, and parameters that are as many as the manifest says: files that take no room on a disk. */
function manyWords(words: number): HostileCase {
  return hostileCase(`vocab.json: ${words} words`, folder => {
    const vocabularies = folder.json('vocab.json') as { inputs: { words: { trained: string[] } } }
    const { trained } = vocabularies.inputs.words
    for (let i = 0; i < words; i++) trained.push(i.toString(36))
    folder.write('vocab.json', JSON.stringify(vocabularies)).sparse('model.safetensors', 3_000_000_000).seal()
  })
}

export function jsonCases(): HostileCase[] {
  return [
    manyWords(1_000_000),
    manyWords(7_500_000),
    ...jsonTexts('config.json', 'predict'),
    ...jsonTexts('vocab.json', 'predict'),
    ...jsonTexts('metrics.json', 'compare'),
    ...jsonTexts('log.jsonl', 'compare'),
    ...mutations('config.json', 22, 1000, 'predict'),
    ...mutations('vocab.json', 22, 2000, 'predict'),
    ...mutations('metrics.json', 8, 3000, 'compare'),
    ...mutations('log.jsonl', 8, 4000, 'compare'),
  ]
}
