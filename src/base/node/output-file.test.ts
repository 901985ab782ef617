import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { isInputError } from '../errors.js'
import { checkOutput, writeOutput } from './output-file.js'

const root = mkdtempSync(join(tmpdir(), 'nerite-test-'))
const at = (name: string) => join(root, name)
after(() => rmSync(root, { recursive: true, force: true }))

function refuses(path: string, pattern: RegExp): void {
  for (const attempt of [() => checkOutput(path), () => writeOutput(path, 'page')])
    assert.throws(attempt, error => isInputError(error) && pattern.test(error.message), path)
}

test('a file that is not there, or is, is written whole', () => {
  for (const text of ['one', 'another']) {
    checkOutput(at('page.html'))
    writeOutput(at('page.html'), text)
    assert.equal(readFileSync(at('page.html'), 'utf8'), text)
  }
  assert.deepEqual(
    readdirSync(root).filter(name => name.includes('.tmp')),
    [],
  )
})

test('links, pipes, folders and places that cannot be written to are refused and stay as they are', () => {
  writeFileSync(at('behind.html'), 'mine')
  symlinkSync(at('behind.html'), at('link.html'))
  symlinkSync(at('nothing'), at('dangling.html'))
  mkdirSync(at('folder'))
  symlinkSync(at('loop-a'), at('loop-b'))
  symlinkSync(at('loop-b'), at('loop-a'))
  const before = readdirSync(root).sort()
  refuses(at('link.html'), /link\.html: expected a file to write, got a link, device or pipe/)
  refuses(at('dangling.html'), /got a link, device or pipe/)
  refuses(at('folder'), /folder: expected a file to write, got a folder; name a file in it/)
  refuses(at('none/page.html'), /none: expected a folder to write into, got no such folder/)
  refuses(at('behind.html/page.html'), /expected a place to write to, got a file where a folder should be/)
  for (const path of ['loop-a/page.html', 'loop-a/below/page.html'])
    refuses(at(path), /expected a place to write to, got links that lead to each other; choose another$/)
  refuses(at('x'.repeat(300)), /got a name that is too long/)
  assert.deepEqual(readdirSync(root).sort(), before)
  assert.ok(lstatSync(at('link.html')).isSymbolicLink())
  assert.equal(readFileSync(at('behind.html'), 'utf8'), 'mine')
})

const hasPipe = spawnSync('mkfifo', [at('pipe')]).status === 0

test('a pipe stays a pipe', { skip: hasPipe ? false : 'no mkfifo here' }, () => {
  refuses(at('pipe'), /pipe: expected a file to write, got a link, device or pipe/)
  assert.ok(lstatSync(at('pipe')).isFIFO())
})

test('a folder without permission', { skip: process.getuid?.() === 0 && 'root may write anywhere' }, () => {
  mkdirSync(at('closed'), { mode: 0o500 })
  refuses(at('closed/page.html'), /got no permission/)
})

test('what is its owner’s alone is so from its first byte on', { skip: process.platform === 'win32' }, () => {
  mkdirSync(at('own'))
  const modes: number[] = []
  const look = () => {
    for (const name of readdirSync(at('own'))) modes.push(statSync(at(`own/${name}`)).mode & 0o777)
  }
  function* content() {
    look()
    yield Uint8Array.of(1)
    look()
  }
  writeOutput(at('own/secret'), content(), 0o600)
  look()
  assert.deepEqual(modes, [0o600, 0o600, 0o600])
})
