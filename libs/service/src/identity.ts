import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Inject } from '@nestjs/common';
import { z } from 'zod';
import { instanceName } from './identity.config.js';

/** Who this process is, the same for the bus, the roster and the logs. */
export interface Identity {
  /** The service's name: `signal-imed`. */
  readonly service: string;
  /** This process of it: `signal-imed-3fa9`. */
  readonly instance: string;
  /** From the package.json of the app. */
  readonly version: string;
}

const identity = Symbol('warren.identity');

/** Injects the Identity. */
export const InjectIdentity = () => Inject(identity);

export const identityProvider = (useValue: Identity) => ({ provide: identity, useValue });

export const identityOf = (service: string): Identity => ({
  service,
  instance: instanceName(service),
  version: versionAbove(dirname(require.main?.filename ?? __filename)),
});

/** The version in the nearest package.json of a folder or those above it. */
export function versionAbove(folder: string): string {
  const file = join(folder, 'package.json');
  if (existsSync(file)) return z.object({ version: z.string().default('0.0.0') }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
  return folder === dirname(folder) ? '0.0.0' : versionAbove(dirname(folder));
}
