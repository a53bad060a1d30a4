// Plain JavaScript: it runs before anything is installed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether `npm ci` must run: node_modules is not what package-lock.json says. Compares npm's own record of what it installed
 * (node_modules/.package-lock.json) entry by entry; modification times would call every fresh checkout stale.
 * @param {string} root folder of package-lock.json
 */
export function isStale(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return true;
  return Object.keys(wanted).some((path) => path.includes('node_modules/') && differs(root, path, wanted[path], installed[path]));
}

/** An optional package may be absent: those of other platforms always are. */
function differs(root, path, wanted, installed) {
  if (!installed || !existsSync(join(root, path))) return !wanted.optional && !wanted.peer;
  return wanted.version !== installed.version || wanted.integrity !== installed.integrity || Boolean(wanted.link) !== Boolean(installed.link);
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
