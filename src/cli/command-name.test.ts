import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { commandName } from './command-name.js'

test('hints name the command as it was called', () => {
  const at = (...parts: string[]) => join('/', 'work', ...parts)
  assert.equal(
    commandName(at('nerite', 'bin', 'nerite.js'), at('nerite')),
    `node ${join('bin', 'nerite.js')}`,
  )
  assert.equal(commandName(at('app', 'node_modules', '.bin', 'nerite'), at('app')), 'nerite')
  assert.equal(commandName(at('app', 'node_modules', 'nerite', 'bin', 'nerite.js'), at('app')), 'nerite')
  assert.equal(commandName('', at('app')), 'nerite')
})
