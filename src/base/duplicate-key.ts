/**
 * The first key that an object in a JSON text has twice, at any depth. JSON.parse silently keeps the last one.
 *
 * @param json text that JSON.parse accepts
 * @example
 * duplicateKey('{"a":1,"b":{"c":1,"c":2}}') // 'c'
 */
export function duplicateKey(json: string): string | undefined {
  const open: { readonly keys: Set<string> | undefined; atKey: boolean }[] = []
  for (const [piece] of json.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]/g)) {
    const top = open.at(-1)
    if (piece === '{') open.push({ keys: new Set(), atKey: true })
    else if (piece === '[') open.push({ keys: undefined, atKey: false })
    else if (piece === '}' || piece === ']') open.pop()
    else if (!top?.keys) continue
    else if (piece === ',') top.atKey = true
    else if (piece === ':') top.atKey = false
    else if (top.atKey) {
      const key = JSON.parse(piece) as string
      if (top.keys.has(key)) return key
      top.keys.add(key)
    }
  }
  return undefined
}
