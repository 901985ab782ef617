/** A value of a table in JSON: whole numbers keep all their digits, dates are as ISO 8601 writes them, bytes are in base64. */
export function jsonOf(value: unknown): string {
  if (value === undefined || value === null) return 'null'
  if (typeof value === 'bigint') return String(value)
  if (value instanceof Uint8Array) return JSON.stringify(Buffer.from(value).toString('base64'))
  if (Array.isArray(value)) return `[${value.map(jsonOf).join(',')}]`
  if (typeof value === 'object' && !(value instanceof Date)) {
    const fields = Object.entries(value).map(([name, own]) => `${JSON.stringify(name)}:${jsonOf(own)}`)
    return `{${fields.join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
