import { join } from 'node:path';

/** What the command line reads from the environment. */
export interface CliConfig {
  /** WARREN_URL: where the gateway is. */
  readonly url: string;
  /** WARREN_KEY: sent with each request, where set. */
  readonly key: string | undefined;
  /** WARREN_FOLDER: where `npm start` keeps its data and logs; `.warren` in the workspace. */
  readonly folder: string;
  /** WARREN_KEYS_FILE: the gateway's keys; `keys.jsonl` in that folder. */
  readonly keysFile: string;
  /** VISUAL or EDITOR: the command that edits a payload. */
  readonly editor: string;
}

const workspace = join(__dirname, '../../../..');

/** An empty variable is one that is not set. */
export function cliConfig({ WARREN_URL, WARREN_KEY, WARREN_FOLDER, WARREN_KEYS_FILE, VISUAL, EDITOR } = process.env): CliConfig {
  const folder = WARREN_FOLDER || join(workspace, '.warren');
  const keysFile = WARREN_KEYS_FILE || join(folder, 'keys.jsonl');
  return { url: WARREN_URL || 'http://127.0.0.1:8081', key: WARREN_KEY || undefined, folder, keysFile, editor: VISUAL || EDITOR || 'vi' };
}
