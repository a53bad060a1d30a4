import { Injectable } from '@nestjs/common';
import { defaultDeadline, type Journey, type JourneyState } from '@warren/protocol';
import { Keyset, ProblemError } from '@warren/service';
import { orAway } from '../database-away.js';
import { journalAway } from '../flows/flows.store.js';
import { RosterStore } from '../services/roster.store.js';
import { SystemStore } from '../state/system.store.js';
import { type Circumstances, queueOf } from './holds.js';
import { Inquiries } from './inquiries.service.js';
import { messagesOf } from './journey.mapper.js';
import { type JourneyQuery } from './journeys.dto.js';
import { type HeadRow, type QueueRow } from './journeys.rows.js';
import { JourneysStore, Place } from './journeys.store.js';
import { QueueFigures } from './queue-figures.service.js';

const keyset = new Keyset<Place>('messages of a journey', Place);

/** Tells a journey from what the journal has, what instances have in hand, and what the broker's queues are doing. */
@Injectable()
export class JourneysService {
  constructor(
    private readonly store: JourneysStore,
    private readonly system: SystemStore,
    private readonly roster: RosterStore,
    private readonly inquiries: Inquiries,
    private readonly figures: QueueFigures,
  ) {}

  /** @throws ProblemError 404 for an id that nothing is called by, 400 for the cursor, 503 */
  async show(id: string, { cursor, limit }: JourneyQuery): Promise<Journey> {
    const after = keyset.after(cursor);
    const head = await this.find(id);
    const { root, aliases, replayOf, replays } = head;
    const journeys = [root, ...aliases];
    const kept = orAway(Promise.all([this.store.queues(journeys), this.store.page(journeys, after, limit)]), journalAway);
    const [[queues, page], { state: system }] = await Promise.all([kept, orAway(this.system.current())]);
    const waiting = queues.filter(({ open }) => open > 0);
    const around = await this.circumstances(head, waiting, system);
    const { items, next } = keyset.page(page.messages, limit, ({ seq, id: message }) => [seq, message], (message) => message);
    return {
      id: root, ...standing(head, queues), system: around.system, totals: totalsOf(head, queues), replayOf, replays,
      queues: waiting.map((queue) => queueOf(queue, around)),
      items: messagesOf({ ...page, messages: items }, head, around.hands), next,
    }; // prettier-ignore
  }

  /** The id of the root of the journey that anything is called by. @throws ProblemError 404, 503 */
  async rootOf(id: string): Promise<string> {
    return (await this.find(id)).root;
  }

  private async find(id: string): Promise<HeadRow> {
    const head = await orAway(this.store.find(id), journalAway);
    if (!head) throw new ProblemError(404, { code: 'unknown-journey', detail: `The journal has no message and no journey ${id}.` });
    return head;
  }

  /** Nobody is asked about what has come to its end. */
  private async circumstances({ root, aliases, now, digest }: HeadRow, waiting: readonly QueueRow[], system: Circumstances['system']): Promise<Circumstances> {
    if (waiting.length === 0) return { now, system, figures: null, hands: [], instances: new Map() };
    const members = await orAway(this.roster.members());
    const instances = new Map(members.map((member) => [member.service, member.instances]));
    const services = new Set(waiting.map(({ service }) => service));
    const asked = members.flatMap((member) => (services.has(member.service) || services.has(null) ? member.instances : []));
    const about = { journeys: [root, ...aliases].slice(0, 1_000), digests: digest === null ? [] : [digest] };
    const [hands, figures] = await Promise.all([this.inquiries.ask(asked, about), this.figures.all()]);
    return { now, system, figures, hands, instances };
  }
}

const sum = (rows: readonly QueueRow[], name: 'open' | 'handled' | 'dead' | 'discarded'): number => rows.reduce((total, row) => total + row[name], 0);

const totalsOf = ({ messages }: HeadRow, queues: readonly QueueRow[]): Journey['totals'] =>
  ({ messages, open: sum(queues, 'open'), handled: sum(queues, 'handled'), dead: sum(queues, 'dead'), discarded: sum(queues, 'discarded') });

/** What has come of it, and by when it should have. A redrive gives it its time anew. */
export function standing(head: HeadRow, queues: readonly QueueRow[]): Pick<Journey, 'state' | 'flow' | 'deadline' | 'startedAt' | 'endedAt'> {
  const deadline = head.deadline ?? defaultDeadline;
  const begun = Math.max(...[head.started, ...queues.map(({ redriven }) => redriven)].map((time) => time?.getTime() ?? 0));
  const isOpen = sum(queues, 'open') > 0;
  const state: JourneyState = isOpen ? (head.now.getTime() - begun > deadline ? 'stalled' : 'open') : sum(queues, 'dead') > 0 ? 'dead' : 'complete';
  const ends = queues.flatMap(({ ended }) => ended?.getTime() ?? []);
  const startedAt = head.started?.toISOString() ?? null;
  return { state, flow: head.flow, deadline, startedAt, endedAt: isOpen || ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString() };
}
