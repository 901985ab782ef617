// Rows of tables, results and lists, made of names and numbers: text without a sentence around the names.

const two = number => String(number).padStart(2, '0')

/** What stands beside names in tables: counts, scores, times, shares, amounts, figures of games. */
const FIGURES = [
  random => `${random.below(100)}`,
  random => `${random.below(4000)}`,
  random => `${random.below(10)}-${random.below(10)}`,
  random => `${random.below(60)}:${two(random.below(60))}`,
  random => `${random.below(300)}.${random.below(100)}`,
  random => `.${100 + random.below(900)}`,
  random => `${random.below(20)}-${random.below(10)}-${random.below(90)}-${random.below(10)}`,
  random => `${random.below(100)}.${random.below(10)}%`,
  random => `$${random.below(500)}.${two(random.below(100))}`,
  random => `${1950 + random.below(76)}`,
  random => `${random.below(12)}/${random.below(90)}`,
]

const plain = text => text.split(' ').map(token => ({ token }))

class Writer {
  constructor(names, random) {
    this.names = names
    this.random = random
  }

  one(list) {
    return list[this.random.below(list.length)]
  }

  /** Some figures, mostly of one kind. */
  figures(most) {
    const figure = this.one(FIGURES)
    return Array.from({ length: 1 + this.random.below(most) }, () => ({
      token: (this.random.below(4) > 0 ? figure : this.one(FIGURES))(this.random),
    }))
  }

  /** @param kind `PERSON`, `TEAM`, `ORG` or `GPE` */
  name(kind) {
    const whole = this.one(this.names.get(kind))
    const tokens = kind === 'PERSON' ? this.shortened(whole) : whole
    const type = kind === 'TEAM' ? 'ORG' : kind
    return tokens.map((token, i) => ({ token, tag: `${i === 0 ? 'B' : 'I'}-${type}` }))
  }

  /** A person as in tables: whole, with an initial, or the last name alone. */
  shortened(tokens) {
    const last = tokens.at(-1)
    if (tokens.length < 2 || !/^\p{Lu}\p{Ll}+$/u.test(last)) return tokens
    return this.one([tokens, [`${tokens[0].charAt(0)}.`, last], [last]])
  }

  date() {
    const { random } = this
    return [{ token: `${1950 + random.below(76)}-${two(1 + random.below(12))}-${two(1 + random.below(28))}` }]
  }
}

/** Each makes one row. */
const ROWS = [
  w => [...w.name('TEAM'), ...w.figures(7)],
  w => [...w.name('TEAM'), ...w.figures(1), ...w.name('TEAM'), ...w.figures(1)],
  w => [...w.name('PERSON'), ...w.figures(4), ...plain(','), ...w.name('PERSON'), ...w.figures(4)],
  w => [
    ...plain(`${1 + w.random.below(40)}.`),
    ...w.name('PERSON'),
    ...plain('('),
    ...w.name('GPE'),
    ...plain(')'),
    ...w.figures(2),
  ],
  w => [
    ...w.name('PERSON'),
    ...plain('('),
    ...w.name('GPE'),
    ...plain(`) ${w.one(['beat', 'def.', 'bt', 'lost to'])}`),
    ...w.name('PERSON'),
    ...plain('('),
    ...w.name('GPE'),
    ...plain(')'),
    ...w.figures(3),
  ],
  w => [
    ...w.name('TEAM'),
    ...plain('('),
    ...w.name('PERSON'),
    ...w.figures(2),
    ...plain(')'),
    ...w.figures(2),
  ],
  w => [...w.name('GPE'), ...(w.random.below(2) ? w.date() : w.figures(4))],
  w => [...w.name('GPE'), ...w.figures(1), ...w.name('GPE'), ...w.figures(1)],
  w => [...w.name('ORG'), ...w.figures(3), ...plain(','), ...w.name('ORG'), ...w.figures(3)],
  w => [...w.name('ORG'), ...plain(','), ...w.name('GPE'), ...plain(w.one([',', ':', '-'])), ...w.figures(2)],
  w => list(w, w.one(['PERSON', 'TEAM', 'ORG', 'GPE'])),
]

function list(writer, kind) {
  const separator = writer.one([',', ',', ';', '/', '-'])
  const names = Array.from({ length: 2 + writer.random.below(4) }, () => writer.name(kind))
  return names.flatMap((name, i) => (i === 0 ? name : [...plain(separator), ...name]))
}

/**
 * @param names tokens of names by kind: `PERSON`, `TEAM`, `ORG`, `GPE`
 * @returns sentences; one in five is in upper case
 */
export function makeRows(count, names, random) {
  const writer = new Writer(names, random)
  return Array.from({ length: count }, () => {
    const row = writer.one(ROWS)(writer)
    const isUpper = random.below(5) === 0
    return {
      tokens: row.map(({ token }) => (isUpper ? token.toUpperCase() : token)),
      tags: row.map(({ tag = 'O' }) => tag),
    }
  })
}
