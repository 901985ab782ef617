/**
 * The report's colors, as CSS variables. `--c0` to `--c9` are those of types: none of them is near `--bad`, and nothing is
 * green, so that no type looks right or wrong. `--s0` to `--s2` are those of a chart's series.
 */
type Palette = Readonly<Record<string, string>>

export const LIGHT: Palette = {
  bg: '#fcfcfb',
  panel: '#fff',
  text: '#1a1c1f',
  muted: '#565d66',
  line: '#dddfe2',
  faint: '#b3b8bf',
  link: '#1b4f9c',
  bad: '#c23b22',
  fill: '#35598f',
  c0: '#1f5fbf',
  c1: '#855b00',
  c2: '#7a3ec4',
  c3: '#00737f',
  c4: '#ad2a7d',
  c5: '#4f5b69',
  c6: '#4149b8',
  c7: '#7d3a86',
  c8: '#666100',
  c9: '#0a6a9c',
  s0: '#2f74b5',
  s1: '#a8700a',
  s2: '#1a1c1f',
}

export const DARK: Palette = {
  bg: '#15171a',
  panel: '#1c1f23',
  text: '#e9ebee',
  muted: '#a8b0ba',
  line: '#363b42',
  faint: '#5c646e',
  link: '#9cc2f7',
  bad: '#ff8469',
  fill: '#7aa2dd',
  c0: '#7fb0ff',
  c1: '#e0ae4d',
  c2: '#c09cff',
  c3: '#4fc6d2',
  c4: '#f28bc8',
  c5: '#aab6c3',
  c6: '#a3aaff',
  c7: '#dd9be6',
  c8: '#cfc84e',
  c9: '#66bff0',
  s0: '#7ab4ea',
  s1: '#dfa843',
  s2: '#e9ebee',
}

/** A palette as declarations of CSS variables. */
export function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name}:${color}`)
    .join(';')
}
