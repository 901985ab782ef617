import type { KnownParts } from './compile-rules.js'

/** The finders and checks that a rules file may name. */
export const KNOWN_PARTS: KnownParts = { finders: new Map(), checks: new Map() }
