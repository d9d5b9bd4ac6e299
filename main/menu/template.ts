/** The application menu as data: what there is, what it is called, what it does when chosen. */

import type { MenuItemConstructorOptions } from 'electron'
import {
  PART_KEYS,
  PARTS,
  type Contrast,
  type MenuCommand,
  type RecentFile,
  type Settings,
  type Theme,
} from '../../preload/contract.js'
import { LANGUAGE_NAMES, type Labels } from './labels.js'
import { PALETTE_ITEM } from './palette.js'

export interface MenuState {
  readonly settings: Settings
  readonly recent: readonly RecentFile[]
  /** Reload and developer tools are for those who write the application. */
  readonly development: boolean
  readonly mac: boolean
}

export interface MenuActions {
  readonly open: () => void
  readonly openRecent: (path: string) => void
  readonly clearRecent: () => void
  readonly openLesson: () => void
  readonly openFoundingExperiment: () => void
  readonly send: (command: MenuCommand) => void
  readonly theme: (theme: Theme) => void
  readonly contrast: (contrast: Contrast) => void
  readonly locale: (locale: Settings['locale']) => void
  readonly zoom: (direction: 1 | -1 | 0) => void
  readonly about: () => void
}

type Item = MenuItemConstructorOptions
const separator: Item = { type: 'separator' }

/** Ids are for tests and never shown. */
export function menuTemplate(labels: Labels, state: MenuState, actions: MenuActions): Item[] {
  const about: Item = { id: 'about', label: labels.about, click: actions.about }
  const quit: Item = { role: 'quit', label: labels.quit }
  const settings: Item = {
    id: 'settings',
    label: labels.settings,
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.send({ type: 'open-settings' }),
  }
  const welcome: Item = { id: 'welcome', label: labels.welcome, click: () => actions.send({ type: 'welcome' }) }
  const palette: Item = {
    id: PALETTE_ITEM,
    label: labels.palette,
    accelerator: 'CmdOrCtrl+Shift+P',
    click: () => actions.send({ type: 'palette' }),
  }
  return [
    ...(state.mac ? [{ label: 'Pagewalk', submenu: [about, separator, settings, separator, quit] }] : []),
    {
      label: labels.file,
      submenu: [
        { id: 'open', label: labels.open, accelerator: 'CmdOrCtrl+O', click: actions.open },
        { id: 'recent', label: labels.openRecent, submenu: recentItems(labels, state, actions) },
        {
          id: 'session-notes',
          label: labels.notes,
          accelerator: 'CmdOrCtrl+Shift+N',
          click: () => actions.send({ type: 'session-notes' }),
        },
        { id: 'save', label: labels.save, accelerator: 'CmdOrCtrl+S', click: () => actions.send({ type: 'save' }) },
        {
          id: 'save-as',
          label: labels.saveAs,
          accelerator: 'CmdOrCtrl+Shift+S',
          click: () => actions.send({ type: 'save-as' }),
        },
        separator,
        {
          id: 'gallery',
          label: labels.gallery,
          accelerator: 'CmdOrCtrl+Shift+O',
          click: () => actions.send({ type: 'gallery' }),
        },
        { id: 'founding', label: labels.foundingExperiment, click: actions.openFoundingExperiment },
        separator,
        {
          id: 'lessons',
          label: labels.lessons,
          accelerator: 'CmdOrCtrl+Shift+L',
          click: () => actions.send({ type: 'lessons' }),
        },
        { id: 'open-lesson', label: labels.openLesson, click: actions.openLesson },
        separator,
        {
          id: 'report',
          label: labels.exportReport,
          accelerator: 'CmdOrCtrl+E',
          click: () => actions.send({ type: 'report' }),
        },
        separator,
        ...(state.mac ? [] : [settings, separator]),
        { role: 'close', label: labels.close },
        ...(state.mac ? [] : [quit]),
      ],
    },
    {
      label: labels.edit,
      submenu: [
        { role: 'undo', label: labels.undo },
        { role: 'redo', label: labels.redo },
        separator,
        { role: 'cut', label: labels.cut },
        { role: 'copy', label: labels.copy },
        { role: 'paste', label: labels.paste },
        separator,
        { role: 'selectAll', label: labels.selectAll },
      ],
    },
    {
      label: labels.program,
      submenu: [
        { id: 'run', label: labels.run, accelerator: 'F5', click: () => actions.send({ type: 'run' }) },
        { id: 'step', label: labels.step, accelerator: 'F10', click: () => actions.send({ type: 'step' }) },
        ...(
          [
            ['line-before', labels.lineBefore, 'Ctrl+F10'],
            ['stop-before', labels.stopBefore, 'Alt+Left'],
            ['stop-after', labels.stopAfter, 'Alt+Right'],
            ['event-before', labels.eventBefore, 'Alt+Shift+Left'],
            ['event-after', labels.eventAfter, 'Alt+Shift+Right'],
            ['end', labels.toEnd, 'Alt+End'],
          ] as const
        ).map(([type, label, accelerator]) => ({ id: type, label, accelerator, click: () => actions.send({ type }) })),
        {
          id: 'mark',
          label: labels.mark,
          accelerator: 'CmdOrCtrl+Shift+B',
          click: () => actions.send({ type: 'mark' }),
        },
        { id: 'pause', label: labels.pause, accelerator: 'F6', click: () => actions.send({ type: 'pause' }) },
        separator,
        {
          id: 'restart',
          label: labels.restart,
          accelerator: 'CmdOrCtrl+Shift+F5',
          click: () => actions.send({ type: 'restart' }),
        },
        separator,
        {
          id: 'machine',
          label: labels.machine,
          accelerator: 'CmdOrCtrl+Shift+M',
          click: () => actions.send({ type: 'machine' }),
        },
      ],
    },
    {
      label: labels.view,
      submenu: [
        ...partItems(labels, actions),
        separator,
        { id: 'zoom-in', label: labels.zoomIn, accelerator: 'CmdOrCtrl+=', click: () => actions.zoom(1) },
        // The same key with Shift, and the one of the number pad; shown once.
        { ...hidden, accelerator: 'CmdOrCtrl+Plus', click: () => actions.zoom(1) },
        { ...hidden, accelerator: 'CmdOrCtrl+numadd', click: () => actions.zoom(1) },
        { id: 'zoom-out', label: labels.zoomOut, accelerator: 'CmdOrCtrl+-', click: () => actions.zoom(-1) },
        { ...hidden, accelerator: 'CmdOrCtrl+numsub', click: () => actions.zoom(-1) },
        { id: 'zoom-reset', label: labels.zoomReset, accelerator: 'CmdOrCtrl+0', click: () => actions.zoom(0) },
        separator,
        { label: labels.theme, submenu: themeItems(labels, state, actions) },
        { label: labels.language, submenu: languageItems(labels, state, actions) },
        { id: 'reset-layout', label: labels.resetLayout, click: () => actions.send({ type: 'reset-layout' }) },
        separator,
        {
          id: 'present',
          label: labels.present,
          accelerator: 'Shift+F5',
          click: () => actions.send({ type: 'present' }),
        },
        { role: 'togglefullscreen', label: labels.fullScreen, ...(state.mac ? {} : { accelerator: 'F11' }) },
        ...(state.development
          ? [
              separator,
              { role: 'reload', label: labels.reload, accelerator: 'CmdOrCtrl+R' } as const,
              { role: 'toggleDevTools', label: labels.developerTools } as const,
            ]
          : []),
      ],
    },
    { label: labels.help, submenu: [palette, welcome, ...(state.mac ? [] : [separator, about])] },
  ]
}

const hidden: Item = { label: '', visible: false, acceleratorWorksWhenHidden: true }

function recentItems(labels: Labels, state: MenuState, actions: MenuActions): Item[] {
  if (state.recent.length === 0) return [{ label: labels.noRecent, enabled: false }]
  return [
    ...state.recent.map(({ path }): Item => ({
      // A single & would make the next letter a mnemonic.
      label: path.replaceAll('&', '&&'),
      click: () => actions.openRecent(path),
    })),
    separator,
    { id: 'clear-recent', label: labels.clearRecent, click: actions.clearRecent },
  ]
}

function partItems(labels: Labels, actions: MenuActions): Item[] {
  return PARTS.map((part) => ({
    id: `show-${part}`,
    label: labels.parts[part],
    accelerator: PART_KEYS[part].replace('Ctrl', 'CmdOrCtrl'),
    click: () => actions.send({ type: 'show', part }),
  }))
}

function themeItems(labels: Labels, state: MenuState, actions: MenuActions): Item[] {
  const names: Readonly<Record<Theme, string>> = {
    system: labels.themeSystem,
    light: labels.themeLight,
    dark: labels.themeDark,
  }
  const contrast: Item = {
    id: 'contrast',
    label: labels.contrast,
    type: 'checkbox',
    checked: state.settings.contrast === 'more',
    click: () => actions.contrast(state.settings.contrast === 'more' ? 'system' : 'more'),
  }
  const items = (['system', 'light', 'dark'] as const).map((theme): Item => ({
    id: `theme-${theme}`,
    label: names[theme],
    type: 'radio',
    checked: state.settings.theme === theme,
    click: () => actions.theme(theme),
  }))
  return [...items, separator, contrast]
}

function languageItems(labels: Labels, state: MenuState, actions: MenuActions): Item[] {
  return (['system', 'en', 'zh-CN'] as const).map((locale) => ({
    id: `language-${locale}`,
    label: locale === 'system' ? labels.languageSystem : LANGUAGE_NAMES[locale],
    type: 'radio',
    checked: state.settings.locale === locale,
    click: () => actions.locale(locale),
  }))
}
