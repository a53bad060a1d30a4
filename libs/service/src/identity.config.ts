import { randomBytes } from 'node:crypto';

/** The name that this process was given by WARREN_INSTANCE, else `<service>-<4 hex>`. */
export const instanceName = (service: string): string =>
  process.env['WARREN_INSTANCE'] || `${service}-${randomBytes(2).toString('hex')}`;
