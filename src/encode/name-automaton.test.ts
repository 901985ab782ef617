import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { NameAutomaton } from './name-automaton.js'

test('every name with its values is visited, as by trying every place', () => {
  const word = fc.constantFrom('a', 'b', 'c')
  const name = fc.tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.nat(3))
  let found = 0
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), fc.array(word, { maxLength: 10 }), (names, tokens) => {
      const automaton = new NameAutomaton()
      for (const [own, value] of names) automaton.add(own, value)
      automaton.link()
      const visited: string[] = []
      let last = [Number.POSITIVE_INFINITY, 0]
      automaton.forEach(tokens, (start, length, value) => {
        assert.ok(start < last[0] || (start === last[0] && length <= last[1]), 'longer ones first')
        last = [start, length]
        visited.push([start, length, value].join())
      })
      const expected = new Set<string>()
      for (const [own, value] of names)
        for (let start = 0; start + own.length <= tokens.length; start++)
          if (own.every((each, i) => tokens[start + i] === each))
            expected.add([start, own.length, value].join())
      assert.deepEqual(visited.sort(), [...expected].sort())
      found += visited.length
    }),
    { numRuns: 1000 },
  )
  assert.ok(found > 1000, `${found}`)
})
