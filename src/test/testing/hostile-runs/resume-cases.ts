import { toSafetensors } from '../../../engine/optim/safetensors.js'
import { readCheckpoint, writeCheckpoint } from '../../../run/node/checkpoint.js'
import { type HostileCase, hostileCase } from './hostile-case.js'
import type { HostileFolder } from './hostile-folder.js'

const LAST = 'checkpoints/last.safetensors'
const resume = { command: 'resume' } as const

type State = Record<string, unknown> & { loop: Record<string, unknown> }

function withState(name: string, change: (state: State) => unknown): HostileCase {
  return hostileCase(
    `checkpoint: ${name}`,
    folder => {
      const { tensors, state } = readCheckpoint(folder.dir, 'last')
      const copy = structuredClone(state) as State
      const changed = change(copy)
      writeCheckpoint(folder.dir, 'last', { tensors, state: changed === undefined ? copy : changed })
    },
    resume,
  )
}

function withFile(name: string, change: (folder: HostileFolder) => unknown): HostileCase {
  return hostileCase(`checkpoint: ${name}`, folder => void change(folder), resume)
}

/** Unfinished runs that somebody else made; the command resumes them. */
export function resumeCases(): HostileCase[] {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    epoch: [0, -1, 1.5, '1'],
    step: [-3, null],
    random: [{ words: [1, 2, 3] }, { words: ['1', 2, 3, 4] }, null],
    optimizer: [null, { kind: 'adamax', step: 1, lastSeen: {} }, { kind: 'sgd', step: 1, lastSeen: {} }],
    schedule: [{}, 7],
    averaging: [3],
    best: [{ epoch: 1 }, { epoch: 1, scores: { precision: 'x', recall: 1, f1: 1 } }],
  }
  return [
    ...Object.entries(wrong).flatMap(([field, values]) =>
      values.map((value, i) =>
        withState(`${field}, wrong value ${i}`, state => void (state.loop[field] = value)),
      ),
    ),
    withState('another log length', state => void (state.logBytes = 7)),
    withState('no state', () => null),
    withState('a list as state', () => []),
    withFile('empty', folder => folder.write(LAST, '')),
    withFile('cut in half', folder => folder.write(LAST, folder.read(LAST).subarray(0, 5000))),
    withFile('another byte', folder => {
      const bytes = folder.read(LAST)
      bytes[bytes.length - 9] ^= 1
      return folder.write(LAST, bytes)
    }),
    withFile('a pipe', folder => folder.replace(LAST, 'pipe')),
    withFile('a folder', folder => folder.replace(LAST, 'folder')),
    withFile('a link to /dev/zero', folder => folder.replace(LAST, { link: '/dev/zero' })),
    withFile('20 GB', folder => folder.sparse(LAST, 20_000_000_000)),
    withFile('a link in place of the folder', folder => folder.replace('checkpoints', { link: '/tmp' })),
    ...[Number.NaN, Number.POSITIVE_INFINITY].map(number =>
      withFile(`the number ${number}`, ({ dir }) => {
        const { tensors, state } = readCheckpoint(dir, 'last')
        tensors.get('decoder.bias')?.data.fill(number as never)
        writeCheckpoint(dir, 'last', { tensors, state })
      }),
    ),
    withFile('parameters without a state', folder =>
      folder.write(LAST, toSafetensors(readCheckpoint(folder.dir, 'last').tensors)),
    ),
    withFile('a log that is a link to /dev/zero', folder =>
      folder.replace('log.jsonl', { link: '/dev/zero' }),
    ),
    withFile('a log that is a pipe', folder => folder.replace('log.jsonl', 'pipe')),
    withFile('a configuration that is a pipe', folder => folder.replace('config.json', 'pipe')),
    withFile('a lock that is a pipe', folder => folder.write('.lock', '').replace('.lock', 'pipe')),
    withFile('a corpus that is a device', folder => {
      const config = folder.json('config.json') as { corpus: Record<string, unknown> }
      config.corpus.train = '/dev/zero'
      return folder.write('config.json', JSON.stringify(config))
    }),
  ]
}
