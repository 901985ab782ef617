import type { View } from '../state.js'

const PATHS: Readonly<Record<View | 'theme', string>> = {
  try: 'M4 6h16M4 12h10M4 18h7M17 15l3 3-3 3',
  label: 'M4 12V5a1 1 0 0 1 1-1h7l8 8-8 8zM8.5 8.5h.01',
  train: 'M4 19h16M5 15l4-5 4 3 6-8',
  review: 'M4 5h16M4 10h9M4 15h6M14 17l2.5 2.5L21 14',
  compare: 'M8 4v16M16 4v16M4 8h8M12 16h8',
  theme: 'M12 3a9 9 0 1 0 9 9 7 7 0 0 1-9-9z',
}

export function Icon({ name }: { readonly name: View | 'theme' }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="20"
      height="20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
