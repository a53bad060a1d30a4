import { registerAs } from '@nestjs/config';
import { WhenFull } from '@warren/protocol';
import { milliseconds, readSettings, url } from '@warren/service';
import { z } from 'zod';

const Environment = z
  .object({
    AMQP_URL: url('amqp', 'amqps').default('amqp://guest:guest@127.0.0.1:5672'),
    AMQP_MANAGEMENT_URL: url('http', 'https').default('http://guest:guest@127.0.0.1:15672'),
    HTTPSERV_URL: url('http', 'https').default('http://127.0.0.1:8082'),
    NOTIFIER_URL: url('http', 'https').default('http://127.0.0.1:8083'),
    JOURNAL_BACKLOG_BYTES: z.string().regex(/^0*[1-9]\d*$/, 'must be a whole number of bytes above 0').transform(Number).default(2 * 1024 ** 3),
    JOURNAL_BACKLOG_FULL: WhenFull.default('pause'),
    STATE_DEADLINE: milliseconds().default(5000),
    ANSWER_DEADLINE: milliseconds().default(5000),
    SEARCH_DEADLINE: milliseconds(14_000).default(10_000),
  })
  .transform((env) => ({
    /** The broker's virtual host, of which the queues are shown. */
    vhost: vhostOf(env.AMQP_URL),
    managementUrl: env.AMQP_MANAGEMENT_URL,
    httpservUrl: env.HTTPSERV_URL,
    /** Where the service listens that delivers to targets. */
    notifierUrl: env.NOTIFIER_URL,
    /** Bytes that may wait to be journalled, and what happens when as many do. */
    backlogLimit: env.JOURNAL_BACKLOG_BYTES,
    whenFull: env.JOURNAL_BACKLOG_FULL,
    /** How long PUT /state waits for confirmations, in milliseconds. */
    deadline: env.STATE_DEADLINE,
    /** How long a request to the observer waits for its answer, in milliseconds. */
    answerDeadline: env.ANSWER_DEADLINE,
    /** How long a search of dead letters may take, in milliseconds: less than the 15 s after which a query is given up. */
    searchDeadline: env.SEARCH_DEADLINE,
  }));

/** The gateway's settings, frozen. */
export const gatewayConfig = registerAs('gateway', () => readSettings(Environment, process.env));

/** Source: RabbitMQ URI specification, section 2.5: no path is the default vhost, "/" an empty name. */
function vhostOf(amqpUrl: string): string {
  const path = new URL(amqpUrl).pathname.slice(1);
  return path === '' ? '/' : decodeURIComponent(path);
}
