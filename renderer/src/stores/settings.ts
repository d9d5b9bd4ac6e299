/** Theme, language, splitters and machine: the application keeps them, the page shows and changes them. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Contrast, InspectorView, Locale, Settings, SettingsPatch, Theme } from '../../../preload/contract.js'
import { useHost } from '../host.js'

export const useSettings = defineStore('settings', () => {
  const { bridge, initial } = useHost()
  const settings = shallowRef<Settings>(initial.settings)
  const locale = ref<Locale>(initial.locale)

  // What the system prefers; the main process sets it too when a theme is chosen.
  const dark = window.matchMedia('(prefers-color-scheme: dark)')
  const systemDark = ref(dark.matches)
  dark.addEventListener('change', (event) => (systemDark.value = event.matches))
  const theme = computed<'light' | 'dark'>(() => {
    const chosen = settings.value.theme
    return chosen === 'system' ? (systemDark.value ? 'dark' : 'light') : chosen
  })

  const moreContrast = window.matchMedia('(prefers-contrast: more)')
  const systemContrast = ref(moreContrast.matches)
  moreContrast.addEventListener('change', (event) => (systemContrast.value = event.matches))
  const contrast = computed<'normal' | 'more'>(() =>
    settings.value.contrast === 'more' || systemContrast.value ? 'more' : 'normal',
  )

  function save(patch: SettingsPatch): void {
    settings.value = { ...settings.value, ...patch }
    void bridge.saveSettings(patch)
  }
  const setTheme = (value: Theme) => save({ theme: value })
  const setContrast = (value: Contrast) => save({ contrast: value })
  /** Which language the system's is, the application says. */
  function setLocale(value: Settings['locale']): void {
    if (value !== 'system') locale.value = value
    settings.value = { ...settings.value, locale: value }
    void bridge.saveSettings({ locale: value }).then((spoken) => {
      if (settings.value.locale === value) locale.value = spoken
    })
  }
  const setWelcomed = () => save({ welcomed: true })
  const setZoom = (zoom: number) => save({ zoom })
  /** How often the layout was set from outside the panes. */
  const layouts = ref(0)
  function resetLayout(): void {
    save({ splitters: {}, view: 'process' })
    layouts.value++
  }
  /** The layout of a session. */
  function setLayout(splitters: Settings['splitters'], view: InspectorView | undefined): void {
    save(view ? { splitters, view } : { splitters })
    layouts.value++
  }
  const setProfile = (profile: string) => save({ profile })
  const setView = (view: InspectorView) => save({ view })
  const splitter = (name: string): readonly number[] | undefined => settings.value.splitters[name]
  const setSplitter = (name: string, sizes: readonly number[]) =>
    save({ splitters: { ...settings.value.splitters, [name]: [...sizes] } })

  /** They changed outside the page, by the menu. */
  function replace(value: Settings, language: Locale): void {
    settings.value = value
    locale.value = language
  }

  return {
    settings,
    locale,
    theme,
    contrast,
    setTheme,
    setContrast,
    setLocale,
    setZoom,
    setWelcomed,
    layouts,
    resetLayout,
    setLayout,
    setProfile,
    setView,
    splitter,
    setSplitter,
    replace,
  }
})
