import { Confirmation, names, type Command } from '@warren/protocol';
import { type ConfirmChannel } from 'amqplib';
import { waitFor } from '../wait-for.js';

/** Stands for the gateway: tells one instance the desired state until it confirms it. */
export class Conductor {
  private epoch = 0;
  private confirmed = 0;

  private constructor(private readonly channel: ConfirmChannel, private readonly instance: string) {}

  static async of(channel: ConfirmChannel, instance: string): Promise<Conductor> {
    const conductor = new Conductor(channel, instance);
    await channel.assertExchange(names.confirmations, 'fanout', { durable: true });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, names.confirmations, '');
    await channel.consume(queue, (message) => message && conductor.hear(message.content), { noAck: true });
    return conductor;
  }

  /** Resolves when the instance runs. */
  async run(): Promise<void> {
    const command: Command = { epoch: ++this.epoch, run: 1, state: 'RUNNING', sources: true, attached: 'all' };
    const tell = () => {
      this.channel.sendToQueue(names.control(this.instance), Buffer.from(JSON.stringify(command)));
      return this.confirmed >= command.epoch;
    };
    await waitFor(tell, { interval: 100, timeout: 15_000, what: `the confirmation of ${this.instance}` });
  }

  private hear(body: Buffer): void {
    const { epoch, instance } = Confirmation.parse(JSON.parse(body.toString()));
    if (instance === this.instance) this.confirmed = Math.max(this.confirmed, epoch);
  }
}
