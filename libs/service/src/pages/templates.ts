import { join } from 'node:path';
import { Liquid } from 'liquidjs';
import { colourOf } from './node.js';

const shared = join(__dirname, '../../templates');

/** The templates of a folder, and those that all pages share. Whatever they put out is escaped; a name that is not there is an error, but in `if` and for `default`. */
export function templatesOf(folder: string): Liquid {
  const engine = new Liquid({
    root: [folder, shared],
    extname: '.liquid',
    cache: true,
    outputEscape: 'escape',
    ownPropertyOnly: true,
    strictFilters: true,
    strictVariables: true,
    lenientIf: true,
  });
  engine.registerFilter('utc', utc);
  engine.registerFilter('took', took);
  engine.registerFilter('colour', colourOf);
  return engine;
}

/** `2026-11-27 04:31:04 UTC`; null stays null. */
const utc = (time: string | Date | null) => time && `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** Milliseconds as `0.3 s`; null stays null. */
const took = (ms: number | null) => (ms === null ? null : `${(ms / 1000).toFixed(1)} s`);
