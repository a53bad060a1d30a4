import { contract, flow } from '@warren/protocol';
import { z } from 'zod';

/** CI publishes a release as `released`; notifier delivers it to each of its targets. */
export const deployments = flow('deployments', {
  released: contract(
    'release.published',
    z.object({
      release: z.string().trim().min(1).max(200),
      /** When it was deployed, ISO 8601 with its zone. */
      datetime: z.iso.datetime({ offset: true }),
      /** Whatever else the pipeline knows: its branch, its author. */
      attributes: z.record(z.string().regex(/^[A-Za-z][\w-]{0,99}$/), z.string().max(4_000)).default({}),
    }),
    { line: '{release}', search: ['release'] },
  ),
});
