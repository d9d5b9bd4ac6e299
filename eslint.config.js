import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import globals from 'globals'
import { defineConfig, globalIgnores } from 'eslint/config'
import tseslint from 'typescript-eslint'

/** What a deterministic core cannot have: a page, a process, a clock, a network, a console. */
const OUTSIDE = [
  ...['document', 'window', 'self', 'navigator', 'location', 'localStorage', 'sessionStorage', 'indexedDB'],
  ...['process', 'Buffer', 'require', 'module', '__dirname', '__filename', 'global', 'globalThis'],
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'],
  ...['fetch', 'XMLHttpRequest', 'WebSocket', 'Worker', 'SharedArrayBuffer', 'Atomics', 'crypto', 'console', 'Intl'],
]

const NO_ENUM = { selector: 'TSEnumDeclaration', message: 'Write an `as const` object or a union (STYLE.md).' }

export default defineConfig(
  globalIgnores(['out', 'dist', 'coverage', 'e2e/.out', 'node_modules']),
  // AssemblyScript: its own compiler is strict (build/assemble.mjs).
  globalIgnores(['core/libc/ptmalloc/pool', 'core/session/trace']),
  tseslint.configs.recommendedTypeChecked,
  vue.configs['flat/recommended'],
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.cjs', 'build/electron/default-app.js'] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.vue'],
        parser: tseslint.parser,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  {
    rules: {
      'no-restricted-syntax': ['error', NO_ENUM],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
      'prefer-const': 'error',
      // An async function without await keeps an interface's promise.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['{main,e2e}/**/*.ts', '*.config.ts'], languageOptions: { globals: globals.node } },
  { files: ['{renderer,preload}/**/*.{ts,vue}'], languageOptions: { globals: globals.browser } },
  {
    files: ['core/**/*.ts'],
    ignores: ['core/**/*.{test,bench}.ts', 'core/{testing,golden}/**'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...OUTSIDE.map((name) => ({ name, message: 'core/ is deterministic and knows no outside (ARCHITECTURE.md).' })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'The seed lives in Machine: use its generator.' },
      ],
      'no-restricted-syntax': [
        'error',
        NO_ENUM,
        {
          selector:
            'Program > :matches(VariableDeclaration[kind="let"], ExportNamedDeclaration > VariableDeclaration[kind="let"])',
          message: 'State has one root, Machine: no `let` at module level.',
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.bench.ts', 'e2e/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['renderer/**/*.{ts,vue}'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'require', 'module', 'global', '__dirname'].map((name) => ({
          name,
          message: 'The window is sandboxed: there is no Node here.',
        })),
      ],
      'vue/multi-word-component-names': 'off',
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-macros-order': 'error',
      'vue/no-unused-refs': 'error',
    },
  },
  // Playwright's fixtures take an object pattern even when they use nothing of it.
  { files: ['e2e/**/*.ts'], rules: { 'no-empty-pattern': 'off' } },
  prettier,
)
