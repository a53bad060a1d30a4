import { pageOf, timeRead, type Read } from '../harness/timing.js';

/** How often each page is asked for. */
const times = 50;

interface Page {
  items: { id: string | number }[];
}

/** What an operator looks at, page by page: each the same 50 times over, from a gateway that has answered it before. */
export async function timeReads(url: string): Promise<Read[]> {
  const api = `${url}/api/v1/dead-letters`;
  const q = (search: string) => `${api}?${new URLSearchParams({ q: search }).toString()}`;
  const [group] = (await pageOf<Page>(`${api}/groups`)).items;
  const [, , many] = (await pageOf<Page>(`${api}/groups?limit=200`)).items;
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
  for (const [name, page] of Object.entries(pages)) reads.push(await timeRead(name, Array.from({ length: times }, () => page)));
  return reads;
}
