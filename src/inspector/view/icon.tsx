/** Pictures beside words: they say nothing that the words do not. */
const PATHS = {
  authenticators:
    'M14.5 9.5a5 5 0 1 0-4 4.9L12 16h2v2h2v2h4v-3.5l-5.7-5.7q.2-.6.2-1.3ZM8.5 8.6a1 1 0 1 1 0-2 1 1 0 0 1 0 2Z',
  credentials: 'M3 5h18v14H3ZM3 9.5h18M7 14h4M15 14h2',
  ceremonies: 'M5 4v16M5 6h9M5 12h14M5 18h6',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20c.8-4 3.8-6 7.5-6s6.7 2 7.5 6',
  faults: 'M12 4 2.8 20h18.4ZM12 10v5M12 17v.6',
  decode: 'M8 5 2 12l6 7M16 5l6 7-6 7M14 4l-4 16',
  try: 'M7 4.5v15l12.5-7.5Z',
  audit: 'M12 3 4.5 6v5.5c0 4.6 3.2 7.7 7.5 9.5 4.3-1.8 7.5-4.9 7.5-9.5V6ZM8.5 12l2.5 2.5 4.5-5',
  check: 'm5 12.5 4.5 4.5L19 7',
  cross: 'M6 6l12 12M18 6 6 18',
  back: 'M14 5l-7 7 7 7',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
