// Whether Chromium can put its processes into a sandbox here. It needs either user namespaces that an ordinary user
// may open, or its own helper installed setuid root; and it refuses to have one as root.
import fs from 'node:fs'
import path from 'node:path'

const setting = (/** @type {string} */ name) => {
  const file = `/proc/sys/${name}`
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined
}

/**
 * Why there can be no sandbox, with what to do about it; undefined when there can be.
 * @param {string} executable
 */
export function whyNoSandbox(executable) {
  if (process.platform !== 'linux') return undefined
  if (process.getuid?.() === 0) return 'running as root, for whom Chromium has no sandbox'
  const namespaces =
    setting('kernel/apparmor_restrict_unprivileged_userns') !== '1' &&
    setting('kernel/unprivileged_userns_clone') !== '0' &&
    setting('user/max_user_namespaces') !== '0'
  if (namespaces) return undefined
  const helper = path.join(path.dirname(fs.realpathSync(executable)), 'chrome-sandbox')
  const stat = fs.existsSync(helper) ? fs.statSync(helper) : undefined
  if (stat?.uid === 0 && stat.mode & 0o4000) return undefined
  return `this system lets no ordinary user open namespaces, so Chromium has no sandbox; this gives it one:\n  sudo chown root ${helper} && sudo chmod 4755 ${helper}`
}
