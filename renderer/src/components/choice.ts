import type { IconName } from './icons.js'

/** One of the choices of a {@link Segmented}. With an icon, the label is for the title and for screen readers. */
export interface Choice<V extends string> {
  readonly value: V
  readonly label: string
  readonly icon?: IconName
  readonly tip?: string
  readonly lang?: string
}
