/** Numbers of spaCy's token attributes, and values of one of them. */
export const ORTH = 65
export const ENT_IOB = 77
export const ENT_TYPE = 78

/** Values of `ENT_IOB`. */
export const MISSING = 0n
export const INSIDE = 1n
export const OUTSIDE = 2n
export const BEGIN = 3n
