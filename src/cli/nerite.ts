#!/usr/bin/env node
import * as nodeModule from 'node:module'

// Node.js 22 and later keep what they compiled in a folder for temporary files, so that the next start need not compile it again.
// The modules must not be imported before.
const { enableCompileCache } = nodeModule as { readonly enableCompileCache?: () => unknown }
enableCompileCache?.()
const { main } = await import('./main.js')

process.exitCode = await main(process.argv.slice(2))
