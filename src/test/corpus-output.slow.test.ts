import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCli } from '../cli/testing/run-cli.js'
import { tempFolder } from '../corpus/testing/temp-folder.js'

const NERITE = fileURLToPath(new URL('../../bin/nerite.js', import.meta.url))
const folder = tempFolder()
const { file, path } = folder
const loop = join(path, 'loop.conll')
symlinkSync(loop, loop)

test('existing files and folders are refused, --force replaces a file', async () => {
  const input = file('in.conll', 'Ada B-PER\nwrote O\n\nIn O\nRome B-LOC\n\nBob B-PER\n')
  const output = file('there.jsonl', 'mine\n')
  const refused = await runCli('corpus', 'convert', input, output)
  assert.equal(refused.code, 2)
  assert.match(
    refused.stderr,
    /there\.jsonl: expected a file that does not exist yet, got an existing file; .*--force/,
  )
  assert.equal((await runCli('corpus', 'convert', input, output, '--force')).code, 0)
  assert.equal((await runCli('corpus', 'convert', input, path, '--to', 'csv')).code, 2)
  assert.match(
    (await runCli('corpus', 'convert', input, join(path, 'no', 'x.csv'))).stderr,
    /got no such folder/,
  )
  assert.match(
    (await runCli('corpus', 'convert', input, join(path, 'x.dat'))).stderr,
    /name the format with --to/,
  )
  const split = await runCli('corpus', 'split', input, '--out', path)
  assert.equal(split.code, 2)
  assert.match(split.stderr, /expected a folder that does not exist yet/)
  const small = await runCli('corpus', 'split', file('one.conll', 'a O\n'), '--out', join(path, 'small'))
  assert.match(small.stderr, /expected enough sentences for every part, got 1, which leaves none for dev/)
  assert.match(
    (await runCli('corpus', 'split', input, '--out', join(path, 's'), '--train', '0.5')).stderr,
    /expected fractions .* got 0\.5 \+ 0\.1 \+ 0\.1 = 0\.7/,
  )
  assert.equal(existsSync(join(path, 'small')), false)
  const many = file('many.conll', Array.from({ length: 40 }, (_, i) => `Ada${i} B-PER\n`).join('\n'))
  for (const [below, got] of [
    [loop, /got links that lead to each other/],
    [output, /got (a file where a folder should be|no such folder)/],
  ] as const) {
    const place = join(below, 'x')
    const made = [
      await runCli('corpus', 'convert', input, `${place}.csv`),
      await runCli('corpus', 'split', many, '--out', place),
      // No run, and no report of one.
      await runCli('report', place),
    ]
    assert.deepEqual(
      made.map(({ code }) => code),
      [2, 2, 2],
    )
    for (const { stderr } of made.slice(0, 2)) assert.match(stderr, got)
    assert.match(made[2].stderr, /expected a run folder, got nothing of that name/)
  }
})

test('Ctrl-C while a file or a split is written leaves nothing behind', async () => {
  const rows = Array.from({ length: 200_000 }, (_, i) => `Ada${i}\tB-PER\nwrote\tO\n\n`).join('')
  const input = file('large.conll', rows)
  const before = folder.list()
  for (const args of [
    ['convert', input, join(path, 'large.jsonl')],
    ['split', input, '--out', join(path, 'large')],
  ]) {
    const child = spawn(process.execPath, [NERITE, 'corpus', ...args], { stdio: 'ignore' })
    const exited = once(child, 'exit')
    while (child.exitCode === null && folder.list().length === before.length)
      await new Promise(resolve => setTimeout(resolve, 5))
    child.kill('SIGINT')
    assert.deepEqual(await exited, [130, null], args.join(' '))
    assert.deepEqual(folder.list(), before)
  }
})

test('- is standard output', async () => {
  const input = file('out.conll', 'Ada B-PER\nwrote O\n')
  const { code, stdout, stderr } = await runCli('corpus', 'convert', input, '-', '--to', 'markup')
  assert.equal(code, 0, stderr)
  assert.equal(stdout, '[Ada](PER) wrote\n')
  assert.match(stderr, /1 sentences written to standard output as markup/)
  const both = await runCli('corpus', 'convert', input, '-', '--to', 'markup', '--json')
  assert.equal(both.code, 2)
})

test('a full disk is reported as such and leaves nothing behind', {
  skip: existsSync('/dev/full') ? false : 'no /dev/full',
}, async () => {
  const { writeSentences } = await import('../corpus/node/write-sentences.js')
  async function* failing() {
    yield { tokens: ['a'], tags: ['O'], lines: [1] }
    // The file system's error when it is full.
    const { writeFileSync } = await import('node:fs')
    writeFileSync('/dev/full', 'x')
  }
  const before = folder.list()
  await assert.rejects(
    writeSentences(join(path, 'full.conll'), failing(), { format: 'conll' }),
    (error: NodeJS.ErrnoException) => error.code === 'ENOSPC',
  )
  assert.deepEqual(folder.list(), before)
})
