import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Logger } from '@nestjs/common';
import { type Page } from '@warren/service';
import { type Request, type Response } from 'express';

export const ndjson = 'application/x-ndjson';
/** Rows that are read at a time: no more are in memory. */
const portion = 500;
/** Milliseconds after which a caller who takes nothing is let go. */
const patience = 60_000;
const logger = new Logger('Search');

export const wantsNdjson = (request: Request): boolean => request.accepts(['application/json', ndjson]) === ndjson;

/** All that a search finds, a line each, as fast as the caller reads. An answer that cannot be finished is cut, so that nobody takes it for whole. */
export async function stream<T>(response: Response, read: (page: { cursor: string | undefined; limit: number }) => Promise<Page<T>>, from: string | undefined): Promise<void> {
  const first = await read({ cursor: from, limit: portion }); // what is wrong with the search is a problem still
  response.type(ndjson).setTimeout(patience);
  async function* lines(): AsyncGenerator<string> {
    for (let page = first; ; page = await read({ cursor: page.next, limit: portion })) {
      if (page.items.length > 0) yield page.items.map((item) => `${JSON.stringify(item)}\n`).join('');
      if (page.next === null) return;
    }
  }
  await pipeline(Readable.from(lines()), response).catch((error: unknown) => logger.warn(`An export broke off: ${String(error)}`));
}
