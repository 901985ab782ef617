import { type HostileCase, hostileCase } from './hostile-case.js'
import type { HostileFolder, LooseManifest } from './hostile-folder.js'

const entry = { bytes: 1, sha256: '0'.repeat(64) }

function changed(name: string, change: (manifest: LooseManifest) => unknown): HostileCase {
  return hostileCase(`manifest: ${name}`, folder => folder.manifest(change))
}

function rewritten(name: string, rewrite: (text: string) => string | Uint8Array): HostileCase {
  const change = (folder: HostileFolder) =>
    folder.write('manifest.json', rewrite(folder.read('manifest.json').toString()))
  return hostileCase(`manifest: ${name}`, change)
}

/** Manifests that say what no manifest says; all but the rewritten ones have the right hash of themselves. */
export function manifestCases(): HostileCase[] {
  return [
    ...[0, -1, 1.5, 2, 1e300, '1', null, [1], true].map(version =>
      changed(`version ${JSON.stringify(version)}`, manifest => ({ ...manifest, version })),
    ),
    ...[null, 7, { version: 1 }].map(nerite =>
      changed(`nerite ${JSON.stringify(nerite)}`, manifest => ({ ...manifest, nerite })),
    ),
    ...[null, [], 'all', { 'config.json': null }, {}].map(files =>
      changed(`files ${JSON.stringify(files)}`, manifest => ({ ...manifest, files })),
    ),
    changed('another format', manifest => ({ ...manifest, format: 'nerite-corpus' })),
    ...['../secret', '/etc/passwd', 'checkpoints/last.safetensors', '', '.lock', 'manifest.json'].map(name =>
      changed(`a file ${JSON.stringify(name)}`, manifest => void (manifest.files[name] = entry)),
    ),
    ...[-1, 1.5, 1e300, '9', null].map(bytes =>
      changed(`${JSON.stringify(bytes)} bytes`, manifest => {
        manifest.files['vocab.json'].bytes = bytes
      }),
    ),
    ...['', 'ABC', null, 5, 'z'.repeat(64), []].map(sha256 =>
      changed(`SHA-256 ${JSON.stringify(sha256).slice(0, 10)}`, manifest => {
        manifest.files['vocab.json'].sha256 = sha256
      }),
    ),
    changed('2,000 files', manifest => {
      for (let i = 0; i < 2000; i++) manifest.files[`file${i}`] = entry
    }),
    rewritten('no JSON', () => 'manifest'),
    rewritten('no object', () => '[]'),
    rewritten('too deep', () => '['.repeat(500_000)),
    rewritten('a byte order mark', text => `﻿${text}`),
    rewritten('bytes that are not UTF-8', text => Buffer.concat([Buffer.from(text), Buffer.of(0xff)])),
    rewritten('a key twice', text => text.replace('{', '{"version":1,')),
    rewritten('__proto__', text => text.replace('{', '{"__proto__":{"version":1},')),
    rewritten('another hash of itself', text =>
      text.replace(/"sha256":"."/, '"sha256":"x"').replace('"bytes":', '"bytes": 1'),
    ),
  ]
}
