/** Typefaces: the application's own where they are served, what the system has elsewhere. */
export const UI_FONT =
  "'Inter Variable', Inter, 'Noto Sans SC Variable', 'Noto Sans SC', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', system-ui, sans-serif"
export const DATA_FONT =
  "'JetBrains Mono Variable', 'JetBrains Mono', 'Noto Sans SC Variable', 'Noto Sans SC', 'Noto Sans CJK SC', 'Noto Sans Mono CJK SC', ui-monospace, 'Cascadia Mono', Menlo, Consolas, monospace"
