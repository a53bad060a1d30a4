import { userInfo } from 'node:os';
import { type KeyRecord, Role } from '@warren/protocol';
import { type Command, Option } from 'commander';
import { type Context } from '../program.js';
import { print, printJson } from '../terminal.js';
import { createKey, revokeKey } from '../keys.js';

interface Options {
  role: Role;
  name: string;
  revoke?: string;
}

export function addKey(program: Command, context: Context): void {
  program
    .command('key')
    .description('make a key for callers of the gateway, or revoke one; works on the keys file (WARREN_KEYS_FILE), at once')
    .addOption(new Option('--role <role>', 'what the key may do').choices(Role.options).default('viewer'))
    .option('--name <name>', 'whose it is: recorded with what it does', userInfo().username)
    .option('--revoke <id>', 'remove the key with this id')
    .action(({ revoke, ...made }: Options) => (revoke === undefined ? make(context, made) : remove(context, revoke)));
}

/** The key alone goes to stdout, for `KEY=$(npx warren key …)`. */
async function make({ config: { keysFile }, json, terminal }: Context, made: Pick<KeyRecord, 'name' | 'role'>): Promise<void> {
  const { key, record } = createKey(keysFile, made);
  const { id, name, role } = record;
  if (json()) return printJson(terminal, { id, name, role, key, file: keysFile });
  terminal.err.write(`Key ${id} for ${name} (${role}) in ${keysFile}, as a hash: it is shown this once. From now on callers need a key (WARREN_KEY).\n`);
  await print(terminal, key);
}

async function remove({ config: { keysFile }, json, terminal }: Context, id: string): Promise<void> {
  const { name, role } = revokeKey(keysFile, id);
  await (json() ? printJson(terminal, { id, name, role, revoked: true }) : print(terminal, `Key ${id} of ${name} (${role}) works no longer.`));
}
