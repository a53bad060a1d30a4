import { type deployments } from '@warren/contracts';
import { Problem, Published, type PayloadOf } from '@warren/protocol';
import { Failure, noTarget } from './failure.js';
import { type ReleaseConfig } from './release.config.js';

/** Nothing was sent. Source: Node's system errors, undici's errors. */
const notSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * Has the gateway publish the release. Once: asked again it would publish another message.
 * @param timeout milliseconds until its answer is there
 * @throws Failure
 */
export async function throughGateway({ gateway, key }: ReleaseConfig, release: PayloadOf<typeof deployments.released>, timeout: number): Promise<Published> {
  const url = new URL(`${gateway.replace(/\/+$/, '')}/api/v1/flows/deployments/released`);
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...(key !== undefined && { authorization: `Bearer ${key}` }) };
  try {
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(release), signal: AbortSignal.timeout(timeout) });
    return await publishedOf(answer, url.origin);
  } catch (error) {
    throw error instanceof Failure ? error : noAnswer(error as Error, url.origin, timeout);
  }
}

async function publishedOf(answer: Response, origin: string): Promise<Published> {
  const text = await answer.text();
  if (!answer.ok) throw refusal(answer, text);
  const published = Published.safeParse(json(text));
  if (published.success) return published.data;
  throw new Failure(`${origin} answers something else than a gateway of this version does: see what WARREN_URL names.`);
}

function refusal({ status, statusText, url }: Response, text: string): Failure {
  const problem = Problem.safeParse(json(text));
  if (!problem.success) return new Failure(`${new URL(url).origin} answers ${status} ${statusText}: see what WARREN_URL names.`);
  const { code, detail, title, issues = [] } = problem.data;
  if (code === 'unroutable') return noTarget();
  const wrong = issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
  const hint = status === 401 ? 'The key is read from WARREN_KEY.' : '';
  return new Failure([detail ?? title, wrong, hint].filter(Boolean).join(' '));
}

function noAnswer(error: Error, origin: string, timeout: number): Failure {
  const doubt = 'it may have published the release, so look before you repeat it.';
  if (error.name === 'TimeoutError') return new Failure(`The gateway at ${origin} did not answer within ${timeout / 1_000} s: ${doubt}`);
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (notSent.has(code ?? '')) return new Failure(`No gateway answers at ${origin}: run npm start, set WARREN_URL, or set AMQP_URL to do without a gateway.`);
  return new Failure(`The connection to the gateway at ${origin} ended before it answered: ${doubt}`);
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
