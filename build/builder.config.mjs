import { realpathSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { electronVersion, findElectron } from './electron-dist.mjs'

const executable = findElectron()
if (!executable) throw new Error('there is no Electron yet: `npm run package` sees to it')

/** @type {import('electron-builder').Configuration} */
export default {
  appId: 'io.github.pagewalk',
  productName: 'Pagewalk',
  executableName: 'pagewalk',
  copyright: 'Pagewalk contributors',
  directories: { output: 'dist', buildResources: 'build/resources' },
  electronDist: realpathSync(dirname(executable)),
  electronVersion: electronVersion(executable),
  // Everything is bundled: no package goes along, and neither does the command.
  files: ['out/{main,preload,renderer}/**', '!**/*.map', 'package.json', '!node_modules/**'],
  electronLanguages: ['en-US', 'zh-CN'],
  npmRebuild: false,
  asar: true,
  publish: null,
  // The name's ending is SESSION_EXTENSION of main/files/documents.ts.
  fileAssociations: [
    {
      ext: 'pagewalk',
      name: 'Pagewalk session',
      description: 'A Pagewalk session: a program, its machine and its run',
      mimeType: 'application/x-pagewalk-session+json',
      role: 'Editor',
    },
  ],
  linux: {
    target: ['dir'],
    category: 'Development',
    synopsis: 'A laboratory for Linux memory',
    icon: 'build/resources/icons',
  },
  // A given electronDist brings along what an application does not need.
  afterPack: ({ appOutDir }) => {
    for (const file of ['resources/default_app.asar', 'version']) rmSync(join(appOutDir, file), { force: true })
  },
  electronFuses: {
    runAsNode: false,
    enableCookieEncryption: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: process.env.TEST_BUILD === '1',
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    grantFileProtocolExtraPrivileges: false,
  },
}
