import { Failure } from '../failure.js';

/** What no later try would mend; undefined for the rest. The password is in none of it, and amqplib keeps the broker's reason to itself where it refuses the virtual host. */
export function refusalOf(url: string, reason = ''): Failure | undefined {
  const { username, host, pathname } = new URL(url);
  const user = decodeURIComponent(username) || 'guest';
  if (/ACCESS.REFUSED/.test(reason)) return new Failure(`The broker ${host} refuses the login of "${user}": set AMQP_URL with a user and a password that it knows.`);
  if (/NOT.ALLOWED|ConnectionOpenOk; got <ConnectionClose/.test(reason)) return new Failure(`The broker ${host} has no virtual host "${decodeURIComponent(pathname.slice(1)) || '/'}" for "${user}": change it at the end of AMQP_URL, or grant it.`);
  if (/ENOTFOUND/.test(reason)) return new Failure(`The host in AMQP_URL is not known: ${host}.`);
  return undefined;
}

/** The time is over, and it was never connected. */
export function away(url: string, reason: string | undefined, timeout: number): Failure {
  const why = reason ? ` (${reason})` : '';
  return new Failure(`The broker ${new URL(url).host} does not answer within ${timeout / 1_000} s${why}: start it, or change AMQP_URL.`);
}

/** The time is over, and the message was on its way. */
export const unconfirmed = (url: string, id: string, timeout: number): Failure =>
  new Failure(`The broker ${new URL(url).host} did not confirm the release within ${timeout / 1_000} s. It may have it, as message ${id}: look before you repeat it.`);
