import { median } from '../comparison.js';

/** How often each page is asked for. */
const times = 50;

/** One page of the API, and how long it took to be answered, in milliseconds. */
export interface Read {
  name: string;
  median: number;
  /** Of 50, the one that 49 were not slower than. */
  p99: number;
}

interface Page {
  items: { id: string | number }[];
}

/** What an operator looks at, page by page: each the same 50 times over, from a gateway that has answered it before. */
export async function timeReads(url: string): Promise<Read[]> {
  const api = `${url}/api/v1/dead-letters`;
  const q = (search: string) => `${api}?${new URLSearchParams({ q: search }).toString()}`;
  const [group] = (await get<Page>(`${api}/groups`)).items;
  const [, , many] = (await get<Page>(`${api}/groups?limit=200`)).items;
  const pages: Record<string, string> = {
    'a page of groups': `${api}/groups`,
    'one group': `${api}/groups/${group?.id ?? ''}`,
    'a page of the letters of a group': q(`group:"${many?.id ?? ''}"`),
    'a page of the groups of a search': `${api}/groups?${new URLSearchParams({ q: 'consumer:shop.order and payload.user.city:Graz' }).toString()}`,
    'the health figures': `${api}/health`,
    'a page of letters': api,
    'a page of a search by consumer and payload': q('consumer:shop.order and payload.user.city:Graz'),
    'a page of a search for one user': q('payload.user.id:11'),
  };
  const reads: Read[] = [];
  for (const [name, page] of Object.entries(pages)) reads.push({ name, ...(await timeRead(page)) });
  return reads;
}

async function timeRead(page: string): Promise<Omit<Read, 'name'>> {
  await get(page);
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const before = performance.now();
    await get(page);
    took.push(performance.now() - before);
  }
  return { median: median(took), p99: took.toSorted((a, b) => a - b)[Math.ceil(times * 0.99) - 1] ?? Infinity };
}

/** @throws for any answer but 200, and for an empty page */
async function get<T extends object>(page: string): Promise<T> {
  const response = await fetch(page);
  const text = await response.text();
  if (response.status !== 200 || text.includes('"items":[]')) throw new Error(`${page} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
