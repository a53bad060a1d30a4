import { z } from 'zod';

/** The name of an endpoint: `logs`, `events`, or what somebody calls his own. */
export const EndpointName = z.string().regex(/^[A-Za-z0-9][\w.-]{0,99}$/, 'must be letters, digits, _ . or -, 1 to 100 of them');
