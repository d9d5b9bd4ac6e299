// Turns the import table (build/import-table.mjs) into rules. Nothing about the house is decided here.
const { inside, table, TEST_FILES } = require('./build/import-table.mjs')

/** A pattern for files of a folder, without the folders inside it that have rows of their own. */
const within = (folder) => {
  const nested = inside(folder).map((f) => f.slice(folder.length + 1))
  return nested.length > 0 ? `${folder}/(?!(?:${nested.join('|')})/)` : `${folder}/`
}
const anyOf = (folders) => `^(?:${folders.map(within).join('|')})`
// dependency-cruiser finds electron in its folder, and a package's types beside it.
const packages = (names) => `(?:^|/)node_modules/(?:@types/)?(?:${names.join('|')})(?:/|$)`

const HOUSE = '^(?:core|main|preload|renderer|e2e|build)/'

const rules = table.flatMap(({ folder, imports, types = [], node = false, npm = false }) => {
  const from = { path: `^${within(folder)}`, pathNot: TEST_FILES }
  const rule = (what, comment, to) => ({ name: `${folder}: ${what}`, comment, severity: 'error', from, to })
  const out = [
    rule('folders', `${folder} may import only: ${[...imports, ...types].join(', ') || 'nothing'}`, {
      path: HOUSE,
      pathNot: [anyOf([folder, ...imports, ...types]), '^core/[^/]*\\.d\\.ts$'].concat(
        folder === 'core/programs' ? ['^core/programs/.*\\.c$'] : [],
      ),
    }),
  ]
  if (types.length > 0)
    out.push(
      rule('types only', `${folder} may use only types of: ${types.join(', ')}`, {
        path: anyOf(types),
        pathNot: imports.length > 0 ? anyOf(imports) : undefined,
        dependencyTypesNot: ['type-only'],
      }),
    )
  if (!node) out.push(rule('node', `${folder} runs without Node`, { dependencyTypes: ['core'] }))
  if (npm === false) out.push(rule('packages', `${folder} uses no packages`, { path: 'node_modules' }))
  else if (npm === true)
    out.push(rule('packages', `${folder} reaches Electron over its ports`, { path: packages(['electron']) }))
  else
    out.push(
      rule('packages', `${folder} uses only: ${npm.join(', ')}`, { path: 'node_modules', pathNot: packages(npm) }),
    )
  return out
})

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '\\?raw$|^virtual:' },
    },
    {
      name: 'core: a folder without a row',
      comment: 'Give the folder a row in build/import-table.mjs.',
      severity: 'error',
      from: {
        path: '^core/',
        pathNot: [TEST_FILES, '^core/[^/]*\\.d\\.ts$', ...table.map((r) => `^${within(r.folder)}`)],
      },
      to: {},
    },
    {
      name: 'core: tests stay in core',
      severity: 'error',
      from: { path: ['^core/.*\\.(test|bench)\\.ts$', '^core/(testing|golden)/'] },
      to: { path: '^(?:main|preload|renderer|e2e)/' },
    },
    ...rules,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(?:out|dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.web.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.vue', '.js', '.mjs', '.cjs', '.d.ts'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default'],
    },
  },
}
