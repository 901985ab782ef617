// npm runs this before it publishes. The address of the repository is not known to the code: whoever publishes has to add it.
import { readFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
const missing = ['repository', 'homepage', 'bugs'].filter(name => !(name in manifest))
if (missing.length > 0) {
  console.error(
    `package.json has no ${missing.join(', ')}: add where the code, the pages and the issues are, then publish again`,
  )
  process.exitCode = 1
}
