import { checkRules, type ParsedRules } from './check-rules.js'
import { readYaml } from './read-yaml.js'

/**
 * Reads the text of a rules file. Lists of names in other files are left to the caller.
 *
 * @throws InputError `rules/yaml` for what is no YAML or JSON, `rules/form` with the place of each part that is wrong
 * @example
 * parseRules('rules:\n- {type: LOC, names: [Lisbon]}', 'rules.yaml').spec.rules.length // 1
 */
export function parseRules(text: string, file: string): ParsedRules {
  const { value, lineAt } = readYaml(text, file)
  return checkRules(value, path => ({
    file,
    line: lineAt(path),
    ...(path.length > 0 && { field: path.join('.') }),
  }))
}
