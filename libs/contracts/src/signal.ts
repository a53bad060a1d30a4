import { contract, flow } from '@warren/protocol';
import { z } from 'zod';

/** orig publishes `original`, imed answers each with an `intermediate`, which nobody consumes. */
export const signal = flow('signal', {
  original: contract('my.o', z.object({ text: z.string() }), { line: '{text}' }),
  intermediate: contract('my.i', z.object({ text: z.string() }), { line: '{text}', terminal: true }),
});
