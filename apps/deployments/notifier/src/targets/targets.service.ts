import { Injectable } from '@nestjs/common';
import { newId, type Targets as TargetList, type TargetState, type TargetStatus, type TargetTest } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { DeliveriesStore, type TargetFigures } from '../deliveries/deliveries.store.js';
import { type Subject } from '../delivery/answer.js';
import { verdictOf } from '../delivery/verdict.js';
import { Reload } from './reload.service.js';
import { RevisionsStore } from './revisions.store.js';
import { RunningTargets } from './running-targets.service.js';
import { queueOf } from './target.js';
import { TargetsStore, type TargetRow } from './targets.store.js';

/** What operators see of targets, and do to them. */
@Injectable()
export class Targets {
  constructor(
    private readonly store: TargetsStore,
    private readonly revisions: RevisionsStore,
    private readonly deliveries: DeliveriesStore,
    private readonly running: RunningTargets,
    private readonly reload: Reload,
  ) {}

  async list(): Promise<TargetList> {
    const [rows, figures, revision] = await Promise.all([this.store.all(), this.deliveries.figures(), this.revisions.current()]);
    const items = await Promise.all(rows.map((row) => this.status(row, figures.get(row.name))));
    return { items, revision: revision?.id ?? 0, problems: [...this.reload.problems] };
  }

  /** @throws ProblemError 404 */
  async one(name: string): Promise<TargetStatus> {
    const [rows, figures] = await Promise.all([this.store.all(), this.deliveries.figures()]);
    const row = rows.find((one) => one.name === name);
    if (!row) throw unknownTarget(name);
    return this.status(row, figures.get(name));
  }

  /** @param why it is disabled; undefined: it is enabled again. @throws ProblemError 404, also for one that leaves */
  async able(name: string, by: string, why?: string): Promise<TargetStatus> {
    const there = await (why === undefined ? this.store.enable(name, by) : this.store.disable(name, why, by));
    if (!there) throw unknownTarget(name);
    await this.running.follow();
    return this.one(name);
  }

  /** Sends one release that nobody published, whatever state the target is in. @throws ProblemError 404, 422 for what the target's template cannot take */
  async test(name: string, release: Omit<Subject, 'id'>): Promise<TargetTest> {
    const running = this.running.get(name);
    if (!running) throw unknownTarget(name);
    const { sender, target } = running;
    const started = performance.now();
    const prepared = prepare(() => sender.prepare({ id: newId(), ...release }));
    const answer = await sender.send(prepared).catch((error: unknown) => error);
    const verdict = verdictOf(target, answer);
    const { status = null, body = null } = isAnswer(answer) ? answer : {};
    const error = verdict.kind === 'delivered' ? null : verdict.reason;
    return { request: sender.shown(prepared), ms: Math.round(performance.now() - started), status, delivered: verdict.kind === 'delivered', error, body };
  }

  private async status(row: TargetRow, figures?: TargetFigures): Promise<TargetStatus> {
    const { name, spec: { method, url, concurrency } } = row;
    const { delivered = 0, failed = 0, lastAt, lastStatus = null, waiting = 0 } = figures ?? {};
    const ready = await this.running.get(name)?.consumer.waiting().then((queue) => queue.ready, () => null);
    return {
      name, queue: queueOf(name), method, url, state: stateOf(row), reason: row.disabled ?? row.opened, since: row.changed_at.toISOString(), concurrency,
      waiting: ready === null || ready === undefined ? null : ready + waiting, delivered, failed, lastAt: lastAt?.toISOString() ?? null, lastStatus,
    }; // prettier-ignore
  }
}

function stateOf({ leaving, disabled, opened }: TargetRow): TargetState {
  if (leaving !== null) return 'leaving';
  if (disabled !== null) return 'disabled';
  return opened === null ? 'delivering' : 'open';
}

const isAnswer = (answer: unknown): answer is { status: number; body: string } => typeof answer === 'object' && answer !== null && 'status' in answer && 'body' in answer;

function prepare<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new ProblemError(422, { code: 'template-failed', detail: error instanceof Error ? error.message : String(error) });
  }
}

const unknownTarget = (name: string) => new ProblemError(404, { code: 'unknown-target', detail: `There is no target "${name}": see GET /api/v1/targets.` });
