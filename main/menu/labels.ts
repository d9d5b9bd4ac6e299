/** What the native menus and dialogs say. The page has its own texts in renderer/src/locales. */

import type { ExportKind, Locale, Part } from '../../preload/contract.js'

export interface Labels {
  readonly file: string
  readonly open: string
  readonly openRecent: string
  readonly noRecent: string
  readonly clearRecent: string
  readonly save: string
  readonly saveAs: string
  readonly machine: string
  readonly notes: string
  readonly gallery: string
  readonly foundingExperiment: string
  readonly settings: string
  readonly resetLayout: string
  readonly exportReport: string
  readonly exportTitle: string
  readonly exportKinds: Readonly<Record<ExportKind, string>>
  readonly lessons: string
  readonly openLesson: string
  readonly close: string
  readonly quit: string
  readonly edit: string
  readonly undo: string
  readonly redo: string
  readonly cut: string
  readonly copy: string
  readonly paste: string
  readonly selectAll: string
  readonly program: string
  readonly run: string
  readonly step: string
  readonly lineBefore: string
  readonly stopBefore: string
  readonly stopAfter: string
  readonly eventBefore: string
  readonly eventAfter: string
  readonly mark: string
  readonly toEnd: string
  readonly pause: string
  readonly restart: string
  readonly view: string
  readonly parts: Readonly<Record<Part, string>>
  readonly zoomIn: string
  readonly zoomOut: string
  readonly zoomReset: string
  readonly theme: string
  readonly themeSystem: string
  readonly themeLight: string
  readonly themeDark: string
  readonly contrast: string
  readonly language: string
  readonly languageSystem: string
  readonly present: string
  readonly fullScreen: string
  readonly reload: string
  readonly developerTools: string
  readonly help: string
  readonly palette: string
  readonly welcome: string
  readonly about: string
  readonly aboutText: string
  readonly licence: string
  readonly ok: string
  readonly openTitle: string
  readonly openable: string
  readonly saveTitle: string
  readonly sessions: string
  readonly openLessonTitle: string
  readonly notesTitle: string
  readonly cSources: string
  readonly allFiles: string
  readonly pageGone: string
  readonly pageGoneDetail: string
  readonly reloadWindow: string
}

/** A language is listed under its own name in every language. */
export const LANGUAGE_NAMES: Readonly<Record<Locale, string>> = { en: 'English', 'zh-CN': '简体中文' }

export const LABELS: Readonly<Record<Locale, Labels>> = {
  en: {
    file: '&File',
    open: '&Open…',
    openRecent: 'Open &Recent',
    noRecent: 'No Recent Files',
    clearRecent: 'Clear List',
    save: 'Sa&ve',
    saveAs: 'Save &As…',
    machine: '&Machine…',
    notes: '&Notes of the Session…',
    gallery: '&Gallery of Programs…',
    foundingExperiment: 'Founding &Experiment (mmap-demo.c)',
    settings: '&Settings…',
    resetLayout: 'R&eset Layout',
    exportReport: 'E&xport Report…',
    exportTitle: 'Export',
    exportKinds: {
      html: 'Web page',
      pdf: 'PDF',
      md: 'Markdown',
      json: 'JSON',
      csv: 'Table (CSV)',
      svg: 'Picture (SVG)',
      png: 'Picture (PNG)',
      txt: 'Text',
    },
    lessons: '&Lessons…',
    openLesson: 'Open Lesson &Folder…',
    close: 'Close Window',
    quit: '&Quit Pagewalk',
    edit: '&Edit',
    undo: '&Undo',
    redo: '&Redo',
    cut: 'Cu&t',
    copy: '&Copy',
    paste: '&Paste',
    selectAll: 'Select &All',
    program: '&Program',
    run: '&Run to Next Stop',
    step: '&Step Line',
    lineBefore: 'Step &Back a Line',
    stopBefore: 'To the Stop Be&fore',
    stopAfter: 'To the Stop &After',
    eventBefore: 'Back a Fault or Ca&ll',
    eventAfter: '&On a Fault or Call',
    mark: 'Mar&k This Moment…',
    toEnd: 'To Where the Run Has &Got',
    pause: '&Pause',
    restart: 'R&estart',
    view: '&View',
    parts: {
      source: '&Source',
      process: '&Mappings',
      story: 'Fa&ult Story',
      heap: '&Heap',
      space: 'Add&ress Space',
      layers: 'La&yers',
      smaps: 'sma&ps',
      timeline: 'Timeli&ne',
      physical: 'Physi&cal Memory',
      slab: 'Sla&b',
      compare: 'T&wo Moments Compared',
    },
    zoomIn: 'Zoom &In',
    zoomOut: 'Zoom &Out',
    zoomReset: '&Actual Size',
    theme: '&Theme',
    themeSystem: 'As the System',
    themeLight: 'Light',
    themeDark: 'Dark',
    contrast: '&High Contrast',
    language: '&Language',
    languageSystem: 'As the System',
    present: 'Present Lesson',
    fullScreen: '&Full Screen',
    reload: 'Reload Page',
    developerTools: 'Developer Tools',
    help: '&Help',
    palette: '&Command Palette…',
    welcome: '&Welcome…',
    about: '&About Pagewalk',
    aboutText: 'A laboratory for Linux memory: a C program runs on a simulated machine, read with ps, pmap and smaps.',
    licence:
      'Pagewalk is free software under the MIT licence. It contains Electron and Chromium, whose licences are in the ' +
      'files LICENSE.electron.txt and LICENSES.chromium.html beside the application, and Vue, ECharts, CodeMirror, ' +
      'Reka UI, valibot and birpc (MIT, Apache-2.0, BSD). The fonts Inter, JetBrains Mono and Noto Sans SC are under ' +
      'the SIL Open Font License 1.1.',
    ok: 'OK',
    openTitle: 'Open a C Program or a Session',
    openable: 'C programs and sessions',
    saveTitle: 'Save as a Session or as C',
    sessions: 'Pagewalk sessions',
    openLessonTitle: 'Open a Lesson’s Folder',
    notesTitle: 'Pagewalk: Notes',
    cSources: 'C sources',
    allFiles: 'All files',
    pageGone: 'The window’s page has ended unexpectedly.',
    pageGoneDetail: 'Load it again to go on. The program starts over.',
    reloadWindow: 'Load Again',
  },
  'zh-CN': {
    file: '文件(&F)',
    open: '打开(&O)…',
    openRecent: '最近打开的文件(&R)',
    noRecent: '没有最近打开的文件',
    clearRecent: '清空列表',
    save: '保存(&V)',
    saveAs: '另存为(&A)…',
    machine: '机器设置(&M)…',
    notes: '会话笔记(&N)…',
    gallery: '示例程序(&G)…',
    foundingExperiment: '经典实验 mmap-demo.c(&E)',
    settings: '设置(&S)…',
    resetLayout: '恢复默认布局(&R)',
    exportReport: '导出报告(&X)…',
    exportTitle: '导出',
    exportKinds: {
      html: '网页',
      pdf: 'PDF',
      md: 'Markdown',
      json: 'JSON',
      csv: '表格（CSV）',
      svg: '图片（SVG）',
      png: '图片（PNG）',
      txt: '文本',
    },
    lessons: '课程(&L)…',
    openLesson: '打开课程文件夹(&F)…',
    close: '关闭窗口',
    quit: '退出 Pagewalk(&Q)',
    edit: '编辑(&E)',
    undo: '撤销(&U)',
    redo: '重做(&R)',
    cut: '剪切(&T)',
    copy: '复制(&C)',
    paste: '粘贴(&P)',
    selectAll: '全选(&A)',
    program: '程序(&P)',
    run: '运行到下一个停点(&R)',
    step: '单步执行一行(&S)',
    lineBefore: '退回一行(&B)',
    stopBefore: '到上一个停点(&F)',
    stopAfter: '到下一个停点(&A)',
    eventBefore: '退回一次缺页或调用(&L)',
    eventAfter: '前进一次缺页或调用(&O)',
    mark: '标记此刻(&K)…',
    toEnd: '到已运行的最后时刻(&G)',
    pause: '暂停(&P)',
    restart: '重新开始(&E)',
    view: '视图(&V)',
    parts: {
      source: '源代码(&S)',
      process: '映射(&M)',
      story: '缺页故事(&Y)',
      heap: '堆(&H)',
      space: '地址空间(&D)',
      layers: '层次图(&G)',
      smaps: 'smaps(&P)',
      timeline: '时间线(&N)',
      physical: '物理内存(&W)',
      slab: 'Slab(&B)',
      compare: '比较(&C)',
    },
    zoomIn: '放大(&I)',
    zoomOut: '缩小(&O)',
    zoomReset: '实际大小(&A)',
    theme: '主题(&T)',
    themeSystem: '跟随系统',
    themeLight: '浅色',
    themeDark: '深色',
    contrast: '高对比度(&H)',
    language: '语言(&L)',
    languageSystem: '跟随系统',
    present: '放映课程(&E)',
    fullScreen: '全屏(&F)',
    reload: '重新加载页面',
    developerTools: '开发者工具',
    help: '帮助(&H)',
    palette: '命令面板(&C)…',
    welcome: '欢迎(&W)…',
    about: '关于 Pagewalk(&A)',
    aboutText: 'Linux 内存实验室：让 C 程序在模拟的机器上运行，用 ps、pmap 和 smaps 观察它。',
    licence:
      'Pagewalk 是以 MIT 许可证发布的自由软件。它包含 Electron 与 Chromium（许可证见应用目录中的 LICENSE.electron.txt 和 ' +
      'LICENSES.chromium.html），以及 Vue、ECharts、CodeMirror、Reka UI、valibot 和 birpc（MIT、Apache-2.0、BSD）。' +
      '字体 Inter、JetBrains Mono 和 Noto Sans SC 采用 SIL Open Font License 1.1。',
    ok: '确定',
    openTitle: '打开 C 程序或会话',
    openable: 'C 程序和会话',
    saveTitle: '保存为会话或 C 文件',
    sessions: 'Pagewalk 会话',
    openLessonTitle: '打开课程文件夹',
    notesTitle: 'Pagewalk：讲稿',
    cSources: 'C 源文件',
    allFiles: '所有文件',
    pageGone: '窗口页面意外终止。',
    pageGoneDetail: '重新加载后即可继续，程序将从头开始。',
    reloadWindow: '重新加载',
  },
}
