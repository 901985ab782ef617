const ROOT = 0

/**
 * Finds names of tokens, among them the longest that begins at each token of a text, in time linear in the text (Aho and Corasick 1975).
 * The automaton holds the names backwards and reads the text from its end: the longest backwards name that ends at a
 * token is the longest name that begins there.
 */
export class NameAutomaton {
  private readonly ids = new Map<string, number>()
  /** The node after a node and a token's ID, by `edge`. */
  private readonly next = new Map<number, number>()
  /** By node: the node before it, the ID of the token between them, and the number of tokens from the root. */
  private readonly parent = [ROOT]
  private readonly token = [-1]
  private readonly depth = [0]
  /** By node: the tokens of the longest name that ends there, 0 for none. */
  private readonly longest = [0]
  /** By node: the longest other one whose path from the root ends like that of this one. */
  private readonly fallback = [ROOT]
  /** By node: what was added with the names that end there. */
  private readonly values = new Map<number, number[]>()
  /** By node: the nearest one on its way of fallbacks where a name ends, the root if there is none. */
  private readonly shorter = [ROOT]

  /** @param value is given back where the name is found; a name may be added with several */
  add(name: readonly string[], value?: number): void {
    if (name.length === 0) return
    let node = ROOT
    for (let i = name.length - 1; i >= 0; i--) node = this.child(node, name[i])
    this.longest[node] = name.length
    if (value === undefined) return
    const values = this.values.get(node)
    if (!values) this.values.set(node, [value])
    else if (!values.includes(value)) values.push(value)
  }

  /** Call it once, after the last name. */
  link(): void {
    const { parent, token, depth, longest, fallback } = this
    for (const node of byDepth(depth)) {
      if (depth[node] > 1) fallback[node] = this.step(fallback[parent[node]], token[node])
      this.shorter[node] = this.values.has(fallback[node]) ? fallback[node] : this.shorter[fallback[node]]
      if (longest[node] === 0) longest[node] = longest[fallback[node]]
    }
  }

  /**
   * Visits every name that was added with a value: those that begin at the last token first, longer ones before shorter
   * ones. Takes time linear in the tokens and in what is found.
   */
  forEach(tokens: readonly string[], visit: (start: number, length: number, value: number) => void): void {
    let node = ROOT
    for (let i = tokens.length - 1; i >= 0; i--) {
      const id = this.ids.get(tokens[i])
      node = id === undefined ? ROOT : this.step(node, id)
      for (let at = this.values.has(node) ? node : this.shorter[node]; at !== ROOT; at = this.shorter[at])
        for (const value of this.values.get(at) ?? []) visit(i, this.depth[at], value)
    }
  }

  /** @returns by token: how many tokens the longest name that begins there has, 0 for none */
  longestAt(tokens: readonly string[]): Int32Array {
    const lengths = new Int32Array(tokens.length)
    let node = ROOT
    for (let i = tokens.length - 1; i >= 0; i--) {
      const id = this.ids.get(tokens[i])
      node = id === undefined ? ROOT : this.step(node, id)
      lengths[i] = this.longest[node]
    }
    return lengths
  }

  private child(node: number, token: string): number {
    let id = this.ids.get(token)
    if (id === undefined) this.ids.set(token, (id = this.ids.size))
    const known = this.next.get(edge(node, id))
    if (known !== undefined) return known
    const made = this.parent.length
    this.next.set(edge(node, id), made)
    this.parent.push(node)
    this.token.push(id)
    this.depth.push(this.depth[node] + 1)
    this.longest.push(0)
    this.fallback.push(ROOT)
    this.shorter.push(ROOT)
    return made
  }

  private step(from: number, id: number): number {
    for (let node = from; ; node = this.fallback[node]) {
      const next = this.next.get(edge(node, id))
      if (next !== undefined) return next
      if (node === ROOT) return ROOT
    }
  }
}

/** One number for a node and a token's ID, exact up to 2²⁶ of them. */
function edge(node: number, id: number): number {
  return node * 2 ** 26 + id
}

/** All nodes but the root, those nearest to it first. */
function byDepth(depth: readonly number[]): number[] {
  const levels: number[][] = []
  for (let node = 1; node < depth.length; node++) (levels[depth[node]] ??= []).push(node)
  return levels.flat()
}
