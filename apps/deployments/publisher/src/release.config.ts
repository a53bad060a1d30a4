import { Failure } from './failure.js';

/** Where a release goes, from the environment. An empty variable is one that is not set. */
export interface ReleaseConfig {
  /** AMQP_URL: the broker to publish to; undefined where the gateway is to do it. */
  readonly broker: string | undefined;
  /** WARREN_URL: where the gateway is. */
  readonly gateway: string;
  /** WARREN_KEY: for a gateway that wants a key. */
  readonly key: string | undefined;
}

/** @throws Failure for what is no such URL or key; it shows none of them, as they may hold secrets. */
export function releaseConfig({ AMQP_URL, WARREN_URL, WARREN_KEY } = process.env): ReleaseConfig {
  const broker = AMQP_URL?.trim() || undefined;
  const gateway = WARREN_URL?.trim() || 'http://127.0.0.1:8081';
  const key = WARREN_KEY?.trim() || undefined;
  if (broker !== undefined && !isBroker(broker)) throw new Failure('AMQP_URL must be a URL such as amqp://user:password@host:5672/vhost, with what is special in its parts written as %xx.');
  if (broker === undefined) checkGateway(gateway, key);
  return { broker, gateway, key };
}

function checkGateway(url: string, key = ''): void {
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Failure('WARREN_URL must be a URL such as http://127.0.0.1:8081.');
  const { username, password } = new URL(url);
  if (username || password) throw new Failure('WARREN_URL must hold no user and no password: a key goes into WARREN_KEY.');
  if (!/^[\x21-\x7e]*$/.test(key)) throw new Failure('WARREN_KEY has blanks or characters in it that no key has.');
}

/** The AMQP client decodes each part of it, again and again while it looks for the broker. */
function isBroker(text: string): boolean {
  if (!/^amqps?:\/\/[^/]/.test(text) || !URL.canParse(text)) return false;
  const { username, password, pathname, hostname } = new URL(text);
  try {
    decodeURIComponent(`${username}${password}${pathname}`);
    return hostname !== '';
  } catch {
    return false;
  }
}
