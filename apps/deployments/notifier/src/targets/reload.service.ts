import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { StartError } from '@warren/bus';
import { type Reloaded, type TargetsProblem, type WaitingChoice } from '@warren/protocol';
import { DeliveriesStore } from '../deliveries/deliveries.store.js';
import { notifierConfig, referenced } from '../notifier.config.js';
import { referenceProblems } from './references.js';
import { MessagesWaitingError, TargetsRefusedError } from './reload.errors.js';
import { RevisionsStore } from './revisions.store.js';
import { RunningTargets } from './running-targets.service.js';
import { type Target } from './target.js';
import { readTargets, TargetsFileError } from './targets-file.js';
import { byItself, TargetsStore, type TargetRow } from './targets.store.js';

interface Asked {
  by: string;
  waiting?: WaitingChoice;
}

const lookEvery = 1_000;

/** Brings the file into effect: what it says is checked, compared with what is, and becomes the newest revision, which all instances follow. */
@Injectable()
export class Reload implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  /** What keeps the file, as it is now, from taking effect. */
  problems: readonly TargetsProblem[] = [];
  private readonly logger = new Logger(Reload.name);
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private last = '';

  constructor(
    private readonly revisions: RevisionsStore,
    private readonly targets: TargetsStore,
    private readonly running: RunningTargets,
    private readonly deliveries: DeliveriesStore,
    @Inject(notifierConfig.KEY) private readonly config: ConfigType<typeof notifierConfig>,
  ) {}

  /** @throws StartError that lists every problem of the file: a service does not run on half of it. */
  async onModuleInit(): Promise<void> {
    await this.read().catch((error: unknown) => {
      throw new StartError(`TARGETS_FILE ${this.config.targetsFile}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void (this.looking ??= this.look().finally(() => (this.looking = undefined))), lookEvery);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Resolves when what is released from now on comes to all of the file's targets. @throws TargetsRefusedError, MessagesWaitingError: then nothing has changed */
  async reload(asked: Asked): Promise<Reloaded> {
    const { hash, targets } = await this.read();
    const reloaded = await this.revisions.alone(() => this.change(hash, targets, asked));
    this.problems = [];
    await this.running.follow();
    await this.running.bound();
    return reloaded;
  }

  /** A file that changed takes effect by itself. At the start only one that is new: an older one may lie where a process was restarted late. */
  private async look(): Promise<void> {
    if (!this.targets.ready) return;
    try {
      const { mtimeMs, size } = await stat(this.config.targetsFile);
      const now = `${mtimeMs} ${size}`;
      if (this.last === now) return;
      if (this.last !== '' || !(await this.revisions.seen((await this.read()).hash))) this.tell(await this.reload({ by: byItself }));
      this.last = now;
    } catch (error) {
      this.refuse(error);
    }
  }

  private async read(): Promise<{ hash: string; targets: Target[] }> {
    try {
      const text = await readFile(this.config.targetsFile, 'utf8');
      const targets = readTargets(text);
      const problems = referenceProblems(targets, referenced()).map(({ target, message }) => ({ line: null, message: `target "${target}": ${message}` }));
      if (problems.length > 0) throw new TargetsRefusedError(problems);
      return { hash: createHash('sha256').update(text).digest('hex'), targets };
    } catch (error) {
      throw error instanceof TargetsFileError ? new TargetsRefusedError(error.problems) : error;
    }
  }

  private async change(hash: string, targets: readonly Target[], { by, waiting }: Asked): Promise<Reloaded> {
    const current = await this.revisions.current();
    if (current?.hash === hash) return { revision: current.id, added: [], changed: [], removed: [] };
    const rows = new Map((await this.targets.all()).map((row) => [row.name, row]));
    refuseLeaving(targets, rows);
    const added = targets.filter(({ name }) => !rows.has(name));
    const changed = targets.filter((target) => rows.has(target.name) && !isSame(rows.get(target.name)?.spec, target));
    const removed = [...rows.values()].filter(({ name, leaving }) => leaving === null && !targets.some((target) => target.name === name)).map(({ name }) => name);
    if (waiting === undefined) await this.refuseWaiting(removed);
    return this.revisions.add({ hash, by, added, changed, removed, waiting: waiting ?? 'deliver' });
  }

  private async refuseWaiting(removed: readonly string[]): Promise<void> {
    const counted = await Promise.all(removed.map(async (name) => {
      const { ready = 0 } = (await this.running.get(name)?.consumer.waiting()) ?? {};
      return { name, waiting: ready + (await this.deliveries.waitingFor(name)) };
    })); // prettier-ignore
    const waiting = counted.filter((one) => one.waiting > 0);
    if (waiting.length > 0) throw new MessagesWaitingError(waiting);
  }

  private tell({ revision, added, changed, removed }: Reloaded): void {
    if (added.length + changed.length + removed.length > 0) this.logger.log({ revision, added, changed, removed });
  }

  /** One line for each new reason; the next look tries again. */
  private refuse(error: unknown): void {
    const problems = error instanceof TargetsRefusedError ? error.problems : [{ line: null, message: error instanceof Error ? error.message : String(error) }];
    const known = JSON.stringify(this.problems) === JSON.stringify(problems);
    this.problems = problems;
    if (!known) this.logger.warn(`The targets stay as they are: ${problems.map(({ line, message }) => (line === null ? message : `line ${line}: ${message}`)).join('; ')}`);
  }
}

/** The database keeps no order of keys, and no key without a value. */
const isSame = (spec: Target | undefined, target: Target): boolean => isDeepStrictEqual(spec, JSON.parse(JSON.stringify(target)));

function refuseLeaving(targets: readonly Target[], rows: ReadonlyMap<string, TargetRow>): void {
  const leaving = targets.filter(({ name }) => (rows.get(name)?.leaving ?? null) !== null);
  if (leaving.length === 0) return;
  throw new TargetsRefusedError(leaving.map(({ name }) => ({ line: null, message: `target "${name}" was removed, and messages still wait for it: reload when it is gone, or give the new one another name` })));
}
