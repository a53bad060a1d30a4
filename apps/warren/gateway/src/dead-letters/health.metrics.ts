import { Injectable } from '@nestjs/common';
import { Metrics } from '@warren/service';
import { Gauge } from 'prom-client';
import { collecting, kept, type Sample } from '../metrics/figures.js';
import { HealthStore } from './health.store.js';

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
