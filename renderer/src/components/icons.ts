interface IconShape {
  readonly d: string
  readonly solid: boolean
}
const line = (d: string): IconShape => ({ d, solid: false })
const solid = (d: string): IconShape => ({ d, solid: true })

export const ICONS = {
  run: solid('M4.5 2.6v10.8c0 .5.5.8 1 .5l8-5.4a.6.6 0 0 0 0-1l-8-5.4c-.5-.3-1 0-1 .5z'),
  step: line('M3 4h6M3 8h4M3 12h6M12.5 3v9M10 9.8l2.5 2.5L15 9.8'),
  'stop-before': solid('M3 3h2v10H3zM13 3v10L6 8z'),
  'line-before': solid('M11.5 3v10L4.5 8z'),
  'line-after': solid('M4.5 3v10l7-5z'),
  'stop-after': solid('M11 3h2v10h-2zM3 3v10l7-5z'),
  'event-before': solid('M6.5 3v10L1.5 8zM10 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z'),
  'event-after': solid('M9.5 3v10l5-5zM6 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6z'),
  mark: line('M4 14V2.5h8.5L10 5.8l2.5 3.2H4'),
  plus: line('M8 3.2v9.6M3.2 8h9.6'),
  minus: line('M3.2 8h9.6'),
  whole: line('M2.5 3v10M13.5 3v10M4.5 8h7M6.3 6 4.4 8l1.9 2M9.7 6l1.9 2-1.9 2'),
  swap: line('M3 5.5h9.5M10 3l2.5 2.5L10 8M13 10.5H3.5M6 8l-2.5 2.5L6 13'),
  trash: line('M3 4.5h10M6 4.5V3h4v1.5M4.3 4.5l.6 9h6.2l.6-9'),
  end: solid('M12.2 3H14v10h-1.8zM2 3v10l5-5zM7 3v10l5-5z'),
  pause: solid('M4 3h2.6v10H4zM9.4 3H12v10H9.4z'),
  restart: line('M3.2 6.4A5.2 5.2 0 1 1 2.8 9M3 2.8v3.8h3.8'),
  enter: line('M13 3.5v4a1.5 1.5 0 0 1-1.5 1.5H3.5M6 6.2 3.2 9 6 11.8'),
  copy: line('M5.5 5.5h7.5v8H5.5zM3 10.5v-8h7.5'),
  check: line('M3.2 8.6 6.4 12l6.4-7.8'),
  chevron: line('M4.5 6.5 8 10l3.5-3.5'),
  file: line('M4 2h5l3.5 3.5V14H4zM9 2v3.5h3.5'),
  save: line('M3 2.5h8l2 2v9H3zM5.5 2.5v3.5h4V2.5M5 13.5V9h6v4.5'),
  machine: line(
    'M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14',
  ),
  gallery: line('M2.5 3h5v4h-5zM9.5 3h4M9.5 5.5h4M2.5 9.5h5v4h-5zM9.5 9.5h4M9.5 12h4'),
  report: line('M3.5 2h6L13 5.5V14H3.5zM6 8h4.5M6 10.5h4.5M6 5.5h2'),
  folder: line('M2 4h4l1.5 2H14v7H2z'),
  lesson: line(
    'M8 4.2C6.6 3 4.6 2.8 2 3v9.4c2.6-.2 4.6 0 6 1.2 1.4-1.2 3.4-1.4 6-1.2V3c-2.6-.2-4.6 0-6 1.2zM8 4.2v9.4',
  ),
  present: line('M1.8 2.8h12.4M2.8 2.8v7.4h10.4V2.8M8 10.2v1.6M5 14l3-2.2L11 14'),
  legend: line('M2.5 3h3v3h-3zM2.5 10h3v3h-3zM8 4.5h5.5M8 11.5h5.5'),
  sun: line(
    'M8 5.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6zM8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M12.5 3.5l-.8.8M4.3 11.7l-.8.8',
  ),
  moon: line('M13.2 9.8A5.8 5.8 0 0 1 6.2 2.8a5.8 5.8 0 1 0 7 7z'),
  system: line('M2 3h12v8H2zM6 13.5h4M8 11v2.5'),
  ready: line('M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zM8 5v6'),
  waiting: line('M1.8 4.5h12.4v7H1.8zM4.4 9.2h7.2M4.4 6.8h.01M7 6.8h.01M9.4 6.8h.01M11.6 6.8h.01'),
  ended: line('M4 4h8v8H4z'),
  warn: line('M8 2.2 14.4 13H1.6zM8 6.4v3M8 11.2v.1'),
  error: line('M8 2.2a5.8 5.8 0 1 1 0 11.6A5.8 5.8 0 0 1 8 2.2zM5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4'),
  close: line('M3.8 3.8l8.4 8.4M12.2 3.8l-8.4 8.4'),
  spinner: line('M8 2.2a5.8 5.8 0 0 1 5.8 5.8'),
  undo: line('M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.8 3.5 2.8 6.5l3 3'),
} as const satisfies Record<string, IconShape>
export type IconName = keyof typeof ICONS
