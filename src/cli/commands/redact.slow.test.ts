import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { Random } from '../../base/random.js'
import { POLICIES } from '../../redact/policies.js'
import { temporaryFolder } from '../../train/testing/tiny-run.js'
import { type CliRun, runCli } from '../testing/run-cli.js'

const folder = temporaryFolder()
const at = (name: string) => join(folder.path, name)
const KEY = at('my.key')

/** Entities of `pii` whose parts are in no message of the program. */
const SECRETS = [
  'zqxjwv.kvqzj@wvkpzq.xyzqj',
  'https://wvkqzj.example/zjqxvk',
  '(212) 555-0142',
  '4111 1111 1111 1111',
  'DE89 3704 0044 0532 0130 00',
  '203.0.113.57',
  '123-45-6789',
]
const SENTENCE = `Mail ${SECRETS[0]} or see ${SECRETS[1]}, call ${SECRETS[2]}; card ${SECRETS[3]}, ${SECRETS[4]}. Host ${SECRETS[5]}. SSN ${SECRETS[6]}!`
/** What must be nowhere: the secrets, and their parts that are long enough to be no chance. */
const PARTS = SECRETS.flatMap(secret => [secret, ...(secret.match(/[\p{L}\p{N}]{6,}/gu) ?? [])])

const FILES: Readonly<Record<string, { readonly content: string; readonly args: readonly string[] }>> = {
  'a.txt': { content: `${SENTENCE}\n\n🙂 ${SENTENCE}\n`, args: [] },
  'a.log': { content: `${SENTENCE}\r\n${SENTENCE}`, args: [] },
  'a.jsonl': {
    content: `{"id":12345678901234567890,"text":${JSON.stringify(SENTENCE)}, "more":[1,"}"]}\n\n{"text":null}\n`,
    args: [],
  },
  'a.csv': {
    content: `id,note,"b""b"\r\n1,"${SENTENCE.replaceAll('"', '""')}",x\r\n2,,"line\nbreak"\r\n`,
    args: ['--fields', 'note'],
  },
  'a.tsv': { content: `note\tid\n${SENTENCE}\t5\n`, args: ['--fields', 'note'] },
}

before(async () => {
  const { code } = await runCli('redact-key', KEY)
  assert.equal(code, 0)
})
beforeEach(() => {
  for (const [name, { content }] of Object.entries(FILES)) writeFileSync(at(name), content)
})
after(folder.remove)

function assertNoSecrets(where: string, ...texts: readonly string[]): void {
  for (const text of texts) for (const part of PARTS) assert.ok(!text.includes(part), `${where} has ${part}`)
}

function assertSilent(where: string, { stdout, stderr }: CliRun): void {
  assertNoSecrets(where, stdout, stderr)
}

test('no policy leaves anything of an entity: not printed, not in a file, not in a message', async () => {
  let cases = 0
  for (const policy of POLICIES) {
    if (policy === 'keep') continue
    for (const [name, { args }] of Object.entries(FILES)) {
      const flags = [at(name), ...args, '--policy', policy, '--key-file', KEY]
      const out = at('out')
      const printed = await runCli('redact', 'pii', ...flags)
      const written = await runCli('redact', 'pii', ...flags, '--out', out, '--json')
      assert.equal(printed.code, 0, printed.stderr)
      assert.equal(written.code, 0, written.stderr)
      assertSilent(`${policy} of ${name}`, printed)
      assertSilent(`${policy} of ${name}`, written)
      assert.equal(readFileSync(out, 'utf8'), printed.stdout)
      assert.ok(JSON.parse(written.stdout).entities >= SECRETS.length, written.stdout)
      const lines = await runCli('redact', 'pii', ...flags, '--to', 'jsonl')
      assertSilent(`${policy} of ${name} with offsets`, lines)
      cases++
    }
  }
  assert.equal(cases, 30)
})

test('what was encrypted is restored byte for byte, in every format', async () => {
  let cases = 0
  for (const [name, { content, args }] of Object.entries(FILES)) {
    const safe = at(`safe-${name}`)
    const back = at(`back-${name}`)
    const flags = [...args, '--key-file', KEY]
    await runCli('redact', 'pii', at(name), '--policy', 'encrypt', '--out', safe, ...flags)
    assertNoSecrets(name, readFileSync(safe, 'utf8'))
    const { code, stderr } = await runCli('restore', safe, '--out', back, ...flags)
    assert.equal(code, 0, stderr)
    assert.equal(readFileSync(back, 'utf8'), content)
    cases++
  }
  assert.equal(cases, 5)
})

test('a wrong key, changed text and bad input are one error each, without a word of the texts', async () => {
  const safe = at('safe.txt')
  await runCli('redact', 'pii', at('a.txt'), '--policy', 'encrypt', '--out', safe, '--key-file', KEY)
  await runCli('redact-key', at('other.key'))
  writeFileSync(at('bad.key'), 'zqxjwv-not-a-key')
  writeFileSync(at('changed.txt'), readFileSync(safe, 'utf8').replace(/:e1:../, ':e1:AA'))
  writeFileSync(at('bad.jsonl'), `{"text":"x"}\n${SENTENCE}\n`)
  writeFileSync(at('list.jsonl'), `{"text":[${JSON.stringify(SENTENCE)}]}\n`)
  writeFileSync(at('open.csv'), `note\n"${SENTENCE}\n`)
  writeFileSync(at('wide.csv'), `note\n"${SENTENCE}",2\n`)
  writeFileSync(at('latin.txt'), Buffer.from(`${SENTENCE}\xE9`, 'latin1'))
  const cases: readonly (readonly [code: string, ...args: string[]])[] = [
    ['redact/decrypt', 'restore', safe, '--key-file', at('other.key')],
    ['redact/decrypt', 'restore', at('changed.txt'), '--key-file', KEY],
    ['redact/key', 'restore', safe],
    ['redact/key', 'restore', safe, '--key-file', at('bad.key')],
    ['redact/key', 'restore', safe, '--key-file', at('none.key')],
    // Without an end, or a folder.
    ['redact/key', 'restore', safe, '--key-file', '/dev/zero'],
    ['redact/key', 'restore', safe, '--key-file', folder.path],
    ['redact/key', 'redact', 'pii', at('a.txt'), '--policy', 'hash'],
    ['redact/key', 'redact', 'pii', at('a.txt'), '--policies', 'EMAIL=encrypt'],
    ['redact/records', 'redact', 'pii', at('bad.jsonl')],
    ['redact/records', 'redact', 'pii', at('list.jsonl')],
    ['redact/records', 'redact', 'pii', at('open.csv'), '--fields', 'note'],
    ['redact/records', 'redact', 'pii', at('wide.csv'), '--fields', 'note'],
    ['redact/records', 'redact', 'pii', at('a.csv'), '--fields', 'nota'],
    ['redact/file', 'redact', 'pii', at('latin.txt')],
    ['redact/file', 'redact', 'pii', at('none.txt')],
    ['rules/country', 'redact', 'pii', at('a.txt'), '--country', 'XX'],
    ['cli/options', 'redact', 'pii', at('a.csv')],
    ['cli/options', 'redact', 'pii', at('a.txt'), '--fields', 'note'],
    ['cli/options', 'redact', 'pii', at('a.txt'), '--json'],
    ['cli/options', 'redact', 'pii', at('a.txt'), '--policies', 'EMAIL'],
    ['redact/options', 'redact', 'pii', at('a.txt'), '--policies', 'EMIAL=mask'],
    ['redact/records', 'redact', 'pii', at('a.jsonl'), '--fields', 'txt'],
    ['cli/options', 'redact', 'pii', at('a.jsonl'), '--fields', ','],
    ['redact/options', 'redact', 'pii', at('a.txt'), '--policies', 'EMAIL=maks'],
    ['output/place', 'redact-key', KEY],
  ]
  for (const [code, ...args] of cases) {
    const run = await runCli(...args)
    assert.equal(run.errorCode, code, `${args.join(' ')}: ${run.stderr}`)
    assert.equal(run.code, 2)
    assert.equal(run.faults.length, 1)
    assert.equal(run.stdout, '')
    assertSilent(args.join(' '), run)
    assert.doesNotMatch(run.stderr, /not-a-key/)
  }
  assert.equal(cases.length, 26)
})

test('a key file is its owner’s alone, and nothing is left beside the files that were asked for', async () => {
  assert.equal(statSync(KEY).mode & 0o077, 0)
  assert.match(readFileSync(KEY, 'utf8'), /^[\w+/]{43}=\n$/)
  const known =
    /^(?:my|other|bad)\.key$|^(?:safe-|back-)?a\.\w+$|^out$|^(?:safe|changed|latin)\.txt$|^rows\.log$|^(?:bad|list|more)\.jsonl$|^damaged-a\.\w+$|^(?:open|wide|headless)\.csv$/
  assert.deepEqual(
    readdirSync(folder.path).filter(name => !known.test(name)),
    [],
  )
})

test('60 damaged files: whatever becomes of them, no message has a word of them', async () => {
  const random = Random.fromSeed(17)
  const BAD = [
    '"',
    '\\',
    '{',
    '}',
    '[',
    ',',
    '\n',
    '\r',
    '\t',
    '\0',
    '\uD83D',
    '\uFEFF',
    ':',
    '""',
    '\\u12',
    'null',
  ]
  let [cases, refused] = [0, 0]
  for (; cases < 60; cases++) {
    const name = Object.keys(FILES)[cases % 5]
    const { content, args } = FILES[name]
    let damaged = content
    for (let i = random.below(4); i >= 0; i--) {
      const at = random.below(damaged.length)
      damaged = damaged.slice(0, at) + BAD[random.below(BAD.length)] + damaged.slice(at + random.below(3))
    }
    const file = at(`damaged-${name}`)
    writeFileSync(file, damaged)
    const policy = POLICIES[cases % (POLICIES.length - 1)]
    const run = await runCli('redact', 'pii', file, ...args, '--policy', policy, '--key-file', KEY)
    assert.ok(run.code === 0 || run.code === 2, run.stderr)
    assertNoSecrets(`stderr of ${JSON.stringify(damaged)}`, run.stderr)
    if (run.code === 0) continue
    refused++
    assert.equal(run.stdout, '')
  }
  assert.ok(refused > 8 && refused < 52, `${refused} refused`)
})

test('fields that were not asked for are counted, and said to stay', async () => {
  writeFileSync(at('more.jsonl'), '{"text":"x@wvkq.example","b@wvkq.example":1}\n{"text":"y"}\n')
  const run = await runCli('redact', 'pii', at('more.jsonl'))
  assert.match(run.stdout, /"text":"\[EMAIL\]","b@wvkq\.example":1/)
  assert.match(run.stderr, /1 other field/)
  assert.doesNotMatch(run.stderr, /wvkq/)
  writeFileSync(at('headless.csv'), 'zqxjwv@wvkq.example,2\nzqxjwv@wvkq.example,3\n')
  const headless = await runCli('redact', 'pii', at('headless.csv'), '--fields', 'zqxjwv@wvkq.exampel')
  assert.equal(headless.errorCode, 'redact/records')
  assert.doesNotMatch(headless.stderr, /example\b/)
})

test('pseudonyms of a document and of a corpus', async () => {
  writeFileSync(at('rows.log'), 'a@wvkq.example b@wvkq.example\nb@wvkq.example\n')
  const own = await runCli('redact', 'pii', at('rows.log'), '--policy', 'pseudonym')
  assert.equal(own.stdout, 'EMAIL_1 EMAIL_2\nEMAIL_1\n')
  const all = await runCli('redact', 'pii', at('rows.log'), '--policy', 'pseudonym', '--scope', 'corpus')
  assert.equal(all.stdout, 'EMAIL_1 EMAIL_2\nEMAIL_2\n')
})
