import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createTerminal, type Output } from './terminal.js'

function recording(isTerminal: boolean, isColored: boolean) {
  const written = { stdout: '', stderr: '' }
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write: text => void (written[name] += text),
    isTerminal,
    isColored,
  })
  return { written, terminal: createTerminal(output('stdout'), output('stderr'), async () => {}) }
}

/** Texts full of what terminals act upon: sequences for colors, titles, the clipboard and links, and parts of them. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.integer({ min: 0, max: 0xff }).map(code => String.fromCharCode(code)),
      fc.constantFrom(
        '\x1b[31m',
        '\x1b[39m',
        '\x1b]0;title\x07',
        '\x1b]52;c;cm0gLXJm\x07',
        '\x9b2J',
        '\r',
        '\b',
      ),
      fc.constantFrom('\u202e', '\u2066', '\u2069', '\x1b]8;;http://a\x1b\\', '\x1b', '\x1b[2K', '\x7f'),
    ),
    { maxLength: 8 },
  )
  .map(parts => parts.join(''))

/** All that a terminal would act upon, but line feeds and tabs. By code point, so that it's no copy of the product's. */
function actedUpon(text: string): string[] {
  return [...text].filter(char => {
    const code = char.codePointAt(0) ?? 0
    const isControl = code < 32 || (code >= 127 && code < 160)
    const isDirection = (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
    return (isControl || isDirection) && char !== '\n' && char !== '\t'
  })
}

test('of any text, nothing but the program’s own colors reaches a terminal as a control', () => {
  let controls = 0
  fc.assert(
    fc.property(hostile, hostile, (a, b) => {
      const { written, terminal } = recording(true, true)
      const { red, bold, dim, bgBlue, black } = terminal.colors
      controls += actedUpon(a + b).length
      terminal.print(`${a}${red(b)}${bold(dim(a))}${bgBlue(black(` ${b} `))}`)
      const own = [
        '\x1b[31m',
        '\x1b[39m',
        '\x1b[1m',
        '\x1b[2m',
        '\x1b[22m',
        '\x1b[44m',
        '\x1b[49m',
        '\x1b[30m',
      ]
      // Ten sequences of ours, with those that picocolors repeats where one of them closes another.
      const escapes = written.stdout.split('\x1b').length - 1
      assert.ok(escapes >= 10 && escapes <= 11, JSON.stringify(written.stdout))
      assert.deepEqual(actedUpon(own.reduce((text, code) => text.replaceAll(code, ''), written.stdout)), [])
      for (const write of [terminal.log, terminal.printData]) write(a)
      assert.deepEqual(actedUpon(written.stderr), [])
    }),
    { numRuns: 2000 },
  )
  assert.ok(controls > 5000, `${controls}`)
})

test('data in a pipe are as they are; on a terminal, JSON is the same JSON', () => {
  fc.assert(
    fc.property(hostile, text => {
      const pipe = recording(false, true)
      pipe.terminal.printData(text)
      assert.equal(pipe.written.stdout, text)
      const { written, terminal } = recording(true, false)
      terminal.printData(JSON.stringify({ [text]: text }))
      assert.deepEqual(actedUpon(written.stdout), [])
      assert.deepEqual(JSON.parse(written.stdout), { [text]: text })
    }),
    { numRuns: 2000 },
  )
})

test('colors are those of picocolors; without colors there is none', () => {
  const { written, terminal } = recording(true, true)
  terminal.print(terminal.colors.bold(`a ${terminal.colors.red('b')} c`))
  assert.equal(written.stdout, '\x1b[1ma \x1b[31mb\x1b[39m c\x1b[22m')
  const plain = recording(false, false)
  plain.terminal.print(plain.terminal.colors.bold('a'))
  assert.equal(plain.written.stdout, 'a')
  assert.ok(!plain.terminal.colors.isColorSupported)
})

test('a status is cleared, and a pipe without one is left alone', () => {
  const { written, terminal } = recording(true, true)
  terminal.showStatus('')
  terminal.showStatus('a\x1b]0;title\x07')
  terminal.showStatus('')
  assert.equal(written.stderr, '\r\x1b[2Ka\\u001b]0;title\\u0007\r\x1b[2K')
})
