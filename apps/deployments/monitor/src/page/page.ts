import { type Told } from '../behaviours/behaviours.store.js';
import { bounds, type Shown, type Summary } from '../records/records.store.js';

interface Content {
  records: readonly Shown[];
  behaviours: readonly Told[];
  summary: readonly Summary[];
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
type Cell = string | number | null | undefined;
const escaped = (value: Cell): string => String(value ?? '–').replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');

/** Everything that a cell shows is escaped here. */
function table(titles: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (tag: string, cells: readonly Cell[]) => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return rows.length === 0 ? '<p>Nothing yet.</p>' : `<table>${line('th', titles)}${rows.map((row) => line('td', row)).join('')}</table>`;
}

const style = `
  body { font: 14px system-ui, sans-serif; margin: 2rem; color: #222; }
  table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; }
  td { max-width: 40rem; overflow-wrap: anywhere; white-space: pre-wrap; }`;

/** What the endpoints got and were told, as a page that renews itself. */
export const page = ({ records, behaviours, summary }: Content): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Warren: monitor</title><meta http-equiv="refresh" content="5"><style>${style}</style></head><body>
<h1>Monitor</h1>
<p>Stands for other people's monitoring APIs. It keeps the last ${bounds.records} requests of each endpoint in memory, until it stops. <a href="/docs">API</a></p>
<h2>Endpoints</h2>
${table(['endpoint', 'requests', 'accepted', 'ids', 'accepted ids'], summary.map((one) => [one.endpoint, one.requests, one.accepted, one.ids, one.acceptedIds]))}
<h2>Behaviours</h2>
${table(['endpoint', 'mode', 'status', 'delay', 'times', 'left', 'retry after'], behaviours.map((one) => [one.endpoint, one.mode, one.status, one.delay, one.times, one.left, one.retryAfter]))}
<h2>Last requests</h2>
${table(['at', 'endpoint', 'status', 'webhook-id', 'times', 'signature', 'body'], records.map((one) => [one.at, `${one.method} ${one.endpoint}`, one.status, one.webhookId, one.times, one.headers['webhook-signature'], one.body]))}
</body></html>
`;
