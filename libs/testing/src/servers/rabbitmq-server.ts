import { findProgram } from './programs.js';

/** Where RabbitMQ's start script is on this machine. Debian's own folder first: its wrapper in /usr/sbin changes the user, which a private node must not. */
export const findRabbitmqServer = (env: NodeJS.ProcessEnv = process.env): string | undefined => findProgram('rabbitmq-server', { env, first: ['/usr/lib/rabbitmq/bin'] });
