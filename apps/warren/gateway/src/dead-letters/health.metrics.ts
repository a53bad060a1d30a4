import { Injectable } from '@nestjs/common';
import { Metrics } from '@warren/service';
import { Gauge } from 'prom-client';
import { HealthStore } from './health.store.js';

/** Milliseconds for which figures are good: many scrapes at once ask once. */
const goodFor = 3000;

interface Sample {
  labels?: Record<string, string | number>;
  value: number;
}

/** The same figures for Prometheus. Every gateway tells them all: take the maximum over them. What cannot be read is left out. */
@Injectable()
export class HealthMetrics {
  constructor({ registry }: Metrics, health: HealthStore) {
    const dead = kept(() => health.dead());
    const waiting = kept(() => health.waiting());
    const gauge = (name: string, help: string, labelNames: string[], read: () => Promise<Sample[]>) =>
      new Gauge({ name, help, labelNames, registers: [registry], collect: collecting(read, labelNames.length > 0) });

    gauge('warren_dead_letters', 'Dead letters that wait for an operator.', ['flow', 'consumer'], async () => (await dead()).byConsumer.map(sampleOf));
    gauge('warren_dead_letter_oldest_seconds', 'How long the oldest dead letter has waited; 0: none waits.', [], async () => [{ value: (await dead()).oldest?.age ?? 0 }]);
    gauge('warren_dead_letters_last_hour', 'Messages given up in the last 60 minutes.', ['flow', 'consumer'], async () => (await dead()).lastHour.map(sampleOf));
    gauge('warren_retry_waiting_messages', 'Messages that wait for their next attempt, by delay band.', ['band', 'from_ms'], async () =>
      (await waiting()).map(({ band, from, messages }) => ({ labels: { band, from_ms: from }, value: messages })),
    );
  }
}

const sampleOf = ({ flow, consumer, dead }: { flow: string; consumer: string; dead: number }): Sample => ({ labels: { flow, consumer }, value: dead });

function collecting(read: () => Promise<Sample[]>, labelled: boolean) {
  return async function (this: Gauge): Promise<void> {
    const samples = await read().catch((): Sample[] => []);
    this.reset();
    if (samples.length === 0 && !labelled) this.remove(); // without labels a reset leaves 0
    for (const { labels = {}, value } of samples) this.set(labels, value);
  };
}

/** Reads again when what was read is older than goodFor. */
function kept<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { value: Promise<T>; at: number } | undefined;
  return () => {
    if (!last || Date.now() - last.at > goodFor) last = { value: read(), at: Date.now() };
    return last.value;
  };
}
