import type { ParsedRules } from './check-rules.js'

/**
 * Rules with the names of the lists that they refer to instead of the lists' files.
 * @param read a list, by the file that the rule of a number names
 */
export async function withNames(
  { spec, placeOf }: ParsedRules,
  read: (file: string, rule: number) => Promise<readonly string[]>,
): Promise<ParsedRules> {
  const rules = []
  for (const [i, { file, ...rule }] of spec.rules.entries())
    rules.push(
      file === undefined ? rule : { ...rule, names: [...(rule.names ?? []), ...(await read(file, i))] },
    )
  return { spec: { ...spec, rules }, placeOf }
}
