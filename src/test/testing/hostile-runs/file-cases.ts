import { type HostileCase, hostileCase } from './hostile-case.js'

const TAGGER = ['config.json', 'vocab.json', 'model.safetensors', 'model.onnx']
const OTHERS = ['metrics.json', 'log.jsonl']
const HUGE = 3_000_000_000

/** Files that are missing, cut, longer, huge, or no files at all. */
export function fileCases(elsewhere: string): HostileCase[] {
  const cases: HostileCase[] = []
  for (const name of [...TAGGER, ...OTHERS, 'manifest.json']) {
    const isManifest = name === 'manifest.json'
    cases.push(
      hostileCase(`${name} is missing`, folder => folder.remove(name)),
      hostileCase(`${name} is a folder`, folder => folder.replace(name, 'folder')),
      hostileCase(`${name} is a pipe`, folder => folder.replace(name, 'pipe')),
      hostileCase(`${name} is a link to /dev/zero`, folder => folder.replace(name, { link: '/dev/zero' })),
      hostileCase(`${name} is a link to itself`, folder => folder.replace(name, { link: name })),
      hostileCase(`${name} is a link to the right file elsewhere`, folder =>
        folder.replace(name, { link: `${elsewhere}/${name}` }),
      ),
      hostileCase(
        `${name} has ${HUGE} bytes, as the manifest says`,
        folder => {
          folder.sparse(name, HUGE)
          if (!isManifest) folder.seal()
        },
        { expected: OTHERS.includes(name) ? 'any' : 'refused' },
      ),
    )
    if (isManifest) continue
    const isRead = TAGGER.includes(name)
    cases.push(
      hostileCase(`${name} is empty`, folder => folder.write(name, '').seal(), {
        expected: isRead ? 'refused' : 'any',
      }),
      hostileCase(
        `${name} is cut in half`,
        folder => {
          const whole = folder.read(name)
          folder.write(name, whole.subarray(0, whole.length >> 1)).seal()
        },
        { expected: isRead ? 'refused' : 'any' },
      ),
      hostileCase(`${name} has a byte that the manifest does not know`, folder =>
        folder.write(name, Buffer.concat([folder.read(name), Buffer.from(' ')])),
      ),
      hostileCase(
        `${name} has another byte, and its old hash`,
        folder => {
          const bytes = folder.read(name)
          bytes[bytes.length >> 1] ^= 1
          folder.write(name, bytes)
        },
        { expected: isRead ? 'refused' : 'any' },
      ),
    )
  }
  cases.push(
    hostileCase(`no model, and parameters of ${HUGE} bytes, as the manifest says`, folder =>
      folder
        .remove('model.onnx')
        .sparse('model.safetensors', HUGE)
        .seal()
        .manifest(({ files }) => void delete files['model.onnx']),
    ),
  )
  return cases
}
