import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FoundJourney, FoundJourneys, type FoundMessage, FoundMessages } from '@warren/protocol';
import { type Command } from 'commander';
import { countOf } from '../arguments.js';
import { printList } from '../lists.js';
import { listed } from '../paging.js';
import { type Context } from '../program.js';
import { brief } from '../terminal.js';

interface Options {
  journeys?: boolean;
  ndjson?: boolean;
  limit: number;
}

const paths = { messages: '/api/v1/messages', journeys: '/api/v1/journeys' };
/** Milliseconds: more than a search may take. */
const patience = 20_000;
const messageHead = ['ID', 'AT', 'FLOW', 'TOPIC', 'SERVICE', 'OUTCOMES', 'LINE'];
const journeyHead = ['ID', 'AT', 'FLOW', 'TOPIC', 'STATE', 'LATENCY', 'LINE'];

export function addSearch(program: Command, context: Context): void {
  program
    .command('search')
    .description('messages of all flows that a search finds, or journeys; the newest first')
    .argument('[query]', 'for example \'flow:signal and outcome:dead at>2026-11-20 payload.city:Oslo "free text"\'', '')
    .option('--journeys', 'journeys instead of messages: state:stalled latency>1000')
    .option('--ndjson', 'all that is found, a line of JSON each')
    .option('--limit <n>', 'how many', countOf, 20)
    .action((query: string, options: Options) => (options.ndjson ? exported(context, query, options) : search(context, query, options)));
}

async function search(context: Context, q: string, { journeys, limit }: Options): Promise<void> {
  const query = { ...(q && { q }) };
  if (journeys) await printList(context, await listed(context.gateway(), FoundJourneys, paths.journeys, query, limit), journeyHead, journeyRow);
  else await printList(context, await listed(context.gateway(), FoundMessages, paths.messages, query, limit), messageHead, messageRow);
}

/** As it streams in: a million of them need no more memory than a thousand. */
async function exported({ gateway, terminal }: Context, q: string, { journeys }: Options): Promise<void> {
  const path = journeys ? paths.journeys : paths.messages;
  const { body } = await gateway().ask(`${path}?${new URLSearchParams({ q }).toString()}`, { accept: 'application/x-ndjson', patience });
  if (body) await pipeline(Readable.fromWeb(body), terminal.out, { end: false });
}

const messageRow = ({ id, at, flow, topic, service, foreign, hops, line }: FoundMessage): string[] => [
  id, at, brief(flow), brief(topic), brief(service ?? (foreign ? 'foreign' : '-')), brief(hops.map(({ consumer, outcome }) => `${consumer} ${outcome}`).join(', ') || '-'), brief(line),
]; // prettier-ignore

const journeyRow = ({ id, at, flow, topic, state, latency, line }: FoundJourney): string[] => [
  id, at, brief(flow), brief(topic), state, latency === null ? '-' : `${Math.round(latency)} ms`, brief(line),
]; // prettier-ignore
