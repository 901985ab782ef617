/** The version of this program. A test checks that it is the package's. */
export const VERSION = '0.1.0'
