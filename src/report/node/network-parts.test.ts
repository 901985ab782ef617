import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveConfig } from '../../config/resolve.js'
import { networkParts } from './network-parts.js'

test('a pretrained encoder is named by its folder, before the blocks that read it', () => {
  const config = (folder: string, encoder: { kind: 'bilstm'; hidden: number }[]) =>
    resolveConfig({ preset: 'encoder-crf', file: { pretrained: folder, encoder } })
  assert.deepEqual(networkParts(config('/home/ada/models/e5-small/', [])), ['pretrained e5-small'])
  assert.deepEqual(networkParts(config('C:\\models\\bert', [{ kind: 'bilstm', hidden: 4 }])), [
    'pretrained bert',
    'bilstm',
  ])
  assert.deepEqual(networkParts(resolveConfig({ preset: 'bilstm-crf' })), ['bilstm'])
})
