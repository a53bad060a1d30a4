import { setTimeout as delay } from 'node:timers/promises';
import { Journey, type JourneyMessage } from '@warren/protocol';
import { type Command } from 'commander';
import { countOf } from '../arguments.js';
import { Unreachable } from '../failure.js';
import { treeOf } from '../journeys/tree.js';
import { type Context } from '../program.js';
import { print, printJson } from '../terminal.js';

const lookEvery = 1_000;
/** As many messages as the gateway gives at once. */
const mostOfPage = 1_000;

interface Options {
  follow?: boolean;
  limit: number;
}

export function addJourney(program: Command, context: Context): void {
  program
    .command('journey')
    .description('where a message is: everything that happened from its root on, and what it waits for')
    .argument('<id>', "a message's or a journey's")
    .option('--follow', 'print it anew whenever it has changed, until nothing of it is open')
    .option('--limit <n>', 'how many of its messages', countOf, 1_000)
    .action((id: string, options: Options) => journey(context, id, options));
}

async function journey(context: Context, id: string, { follow = false, limit }: Options): Promise<void> {
  let now = await read(context, id, limit);
  await show(context, now);
  while (follow && isOpen(now)) {
    await delay(lookEvery);
    const next = await read(context, id, limit).catch(unlessAway(now));
    if (treeOf(next) !== treeOf(now)) await show(context, next);
    now = next;
  }
}

const isOpen = ({ state }: Journey): boolean => state === 'open' || state === 'stalled';

const show = ({ json, terminal }: Context, one: Journey): Promise<void> => (json() ? printJson(terminal, one) : print(terminal, treeOf(one)));

/** Page by page, as one; a consumer's children on later pages too. */
async function read({ gateway }: Context, id: string, limit: number): Promise<Journey> {
  const path = `/api/v1/journeys/${encodeURIComponent(id)}`;
  const page = (asked: Record<string, string>) => gateway().json(Journey, `${path}?${new URLSearchParams(asked).toString()}`);
  const first = await page({ limit: String(Math.min(limit, mostOfPage)) });
  let { items, next } = first;
  while (next !== null && items.length < limit) {
    const more = await page({ limit: String(Math.min(limit - items.length, mostOfPage)), cursor: next });
    items = [...items, ...more.items];
    next = more.next;
  }
  return { ...first, items: withChildren(items), next };
}

function withChildren(items: readonly JourneyMessage[]): JourneyMessage[] {
  const made = Map.groupBy(items, ({ parent, parentQueue }) => `${parent ?? ''} ${parentQueue ?? ''}`);
  return items.map((item) => ({ ...item, hops: item.hops.map((hop) => ({ ...hop, children: (made.get(`${item.id} ${hop.queue}`) ?? []).map(({ id }) => id) })) }));
}

const unlessAway = (before: Journey) => (error: unknown): Journey => {
  if (error instanceof Unreachable) return before;
  throw error;
};
