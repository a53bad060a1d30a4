import { setTimeout as delay } from 'node:timers/promises';
import { Browser } from '@warren/testing';

/** What the badges of a page say. */
export interface Badges {
  node: string;
  mine: string;
  active: string;
}

const names = { node: 'node', mine: 'my session’s messages', active: 'active sessions' } as const;
/** Milliseconds between two tries of one form. */
const patience = 300;

/** Somebody with a browser who submits jobs, and sends the same form again until it is answered. */
export class User {
  /** Ids of the jobs that were said to be submitted. */
  readonly accepted = new Set<string>();
  /** Forms that were sent again. */
  repeats = 0;
  private readonly browser: Browser;

  constructor(url: string) {
    this.browser = new Browser(url);
  }

  /** @param twice clicks twice @throws for an answer that no repeat would change */
  async submit(message: string, twice = false): Promise<void> {
    const id = await this.form();
    const clicks = Array.from({ length: twice ? 2 : 1 }, () => this.send({ id, message }));
    this.repeats += clicks.length - 1;
    await Promise.all(clicks);
    this.accepted.add(id);
  }

  async badges(path: string): Promise<Badges> {
    const html = await this.browser.text(path);
    const read = (name: string) => new RegExp(`<dt>${name}</dt><dd>(.*?)</dd>`).exec(html)?.[1] ?? '';
    return { node: read(names.node), mine: read(names.mine), active: read(names.active) };
  }

  /** The id in the form of a page. */
  private async form(): Promise<string> {
    for (;;) {
      const html = await this.browser.text('/').catch(() => '');
      const id = /name="id" value="([^"]+)"/.exec(html)?.[1];
      if (id && html.includes('Submissions')) return id;
      await delay(patience);
    }
  }

  private async send(form: { id: string; message: string }): Promise<void> {
    for (;;) {
      const answer = await this.browser.post('/', form).catch(() => undefined);
      if (answer?.status === 303) return;
      if (answer && answer.status < 500) throw new Error(`${form.message} was answered ${answer.status}: ${await answer.text()}`);
      this.repeats += 1;
      await delay(patience);
    }
  }
}
