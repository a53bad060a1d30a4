import { connect } from 'amqplib';

const timeout = 5_000;

/**
 * Opens and closes a connection to a broker.
 * @throws with one line for the user that says what to change in the URL; the password is never in it.
 */
export async function assertBroker(url: string): Promise<void> {
  try {
    await (await connect(url, { timeout })).close();
  } catch (error) {
    throw new Error(advice(new URL(url), error as NodeJS.ErrnoException), { cause: error });
  }
}

function advice({ username, host, pathname }: URL, error: NodeJS.ErrnoException): string {
  const text = `${error.code ?? ''} ${error.message}`;
  if (/ACCESS.REFUSED/.test(text)) return `The broker ${host} refuses the login of "${username || 'guest'}": set AMQP_URL with a user and password that it knows.`;
  if (/NOT.ALLOWED|ConnectionOpenOk; got <ConnectionClose/.test(text)) return `The broker ${host} does not let "${username || 'guest'}" use the virtual host "${decodeURIComponent(pathname.slice(1)) || '/'}": change it at the end of AMQP_URL, or grant it.`;
  if (/ENOTFOUND|EAI_AGAIN/.test(text)) return `The broker's host in AMQP_URL is not known: ${host}.`;
  return `The broker ${host} does not answer (${text.trim()}): start it, or change AMQP_URL.`;
}
