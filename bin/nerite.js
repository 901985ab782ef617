#!/usr/bin/env node
// The command in a clone. NERITE_SHIPPED=1 runs what the package ships, as `npm test` does; otherwise the modules run as the
// compiler wrote them.
const { NERITE_SHIPPED } = process.env
await import(NERITE_SHIPPED ? '../lib/nerite.js' : '../dist/cli/nerite.js')
