import { createHash } from 'node:crypto';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type KeyRecord } from '@warren/protocol';
import { StartError } from '@warren/bus';
import { accessConfig } from './access.config.js';
import { readKeys, signatureOf, type KeysFile } from './keys-file.js';

/**
 * The keys that may call. The file is read again whenever it changes, so that a new key works and a removed one does not, at once;
 * it is a file and no table, so that keys work while Postgres is away.
 */
@Injectable()
export class Keys {
  private readonly logger = new Logger(Keys.name);
  private readonly path: string | undefined;
  private signature = '';
  private bySha256 = new Map<string, KeyRecord>();
  private seen = false;

  /** @throws StartError when the file cannot be read, or holds lines that are no keys. */
  constructor(@Inject(accessConfig.KEY) { keysFile }: ConfigType<typeof accessConfig>) {
    this.path = keysFile;
    const problems = this.refresh();
    if (problems.length > 0) throw new StartError(problems.join(' '));
  }

  /** Whether callers need a key. Stays so when the last key is removed: a mistake in the file must not open the door. */
  get required(): boolean {
    this.refresh().forEach((problem) => this.logger.error(problem));
    return this.seen;
  }

  find(key: string): KeyRecord | undefined {
    return this.bySha256.get(createHash('sha256').update(key).digest('hex'));
  }

  /** @returns what is wrong with the file, once for each change of it. */
  private refresh(): readonly string[] {
    if (this.path === undefined) return [];
    const signature = signatureOf(this.path);
    if (signature === this.signature) return [];
    const { records, problems } = readOrExplain(this.path);
    this.signature = signature;
    this.bySha256 = new Map(records.map((record) => [record.sha256, record]));
    this.seen ||= records.length > 0;
    return problems;
  }
}

function readOrExplain(path: string): KeysFile {
  try {
    return readKeys(path);
  } catch (error) {
    return { records: [], problems: [`WARREN_KEYS_FILE ${path} cannot be read (${(error as Error).message}): let this user read it.`] };
  }
}
