import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';

const script = readFileSync(join(__dirname, '../../assets/live.js'), 'utf8');

/** As much of a live part as the script touches. */
class Part {
  readonly dataset: { live: string };
  replacedBy: Part | undefined;

  constructor(name: string, readonly innerHTML: string, private readonly inside: unknown = {}) {
    this.dataset = { live: name };
  }

  contains(element: unknown): boolean {
    return element === this.inside;
  }

  replaceWith(other: Part): void {
    this.replacedBy = other;
  }
}

/** A page in a browser: what it holds, what its server answers with, and its timer, which a test lets run out. */
class Page {
  hidden = false;
  activeElement: unknown;
  stale = { hidden: true };
  answer: { ok: boolean; parts: Part[] } | undefined;
  asked = 0;
  private due: (() => unknown) | undefined;
  private looked: () => unknown = () => undefined;

  constructor(readonly parts: Part[]) {
    const find = (parts: readonly Part[], selector: string) => parts.find(({ dataset }) => selector === `[data-live="${dataset.live}"]`);
    const document = Object.assign(this, {
      querySelector: (selector: string) => (selector === '[data-stale]' ? this.stale : find(this.parts, selector)),
      querySelectorAll: () => this.parts,
      addEventListener: (_: string, listener: () => unknown) => (this.looked = listener),
    });
    runInNewContext(script, {
      document,
      location: { href: 'http://sender/' },
      AbortSignal,
      setTimeout: (work: () => unknown, milliseconds: number) => {
        expect(milliseconds).toBe(2_000);
        this.due = work;
        return 1;
      },
      clearTimeout: () => (this.due = undefined),
      fetch: () => {
        this.asked += 1;
        const { answer } = this;
        return answer ? Promise.resolve({ ok: answer.ok, statusText: '', text: () => Promise.resolve('') }) : Promise.reject(new Error('away'));
      },
      DOMParser: class {
        parseFromString = () => ({ querySelector: (selector: string) => find(document.answer?.parts ?? [], selector) });
      },
    });
  }

  get waits(): boolean {
    return this.due !== undefined;
  }

  async pass(): Promise<void> {
    await this.due?.();
  }

  async turn(hidden: boolean): Promise<void> {
    this.hidden = hidden;
    await this.looked();
  }
}

const parts = (list: string, inside?: unknown) => [new Part('badges', 'badges'), new Part('list', list, inside)];
const ok = (list: string) => ({ ok: true, parts: parts(list) });

describe('live.js', () => {
  it('exchanges the parts that are others by now, and looks again', async () => {
    const page = new Page(parts('one'));
    page.answer = ok('two');
    await page.pass();
    expect(page.parts.map(({ replacedBy }) => replacedBy?.innerHTML)).toEqual([undefined, 'two']);
    expect([page.waits, page.stale.hidden]).toEqual([true, true]);
  });

  it('leaves a part alone that has the focus', async () => {
    const button = {};
    const page = new Page(parts('one', button));
    page.activeElement = button;
    page.answer = ok('two');
    await page.pass();
    expect(page.parts[1]?.replacedBy).toBeUndefined();
    expect(page.waits).toBe(true);
  });

  it.each([['is away', undefined], ['fails', { ok: false, parts: parts('two') }]])('says that the page is old while its server %s, and goes on', async (_, answer) => {
    const page = new Page(parts('one'));
    page.answer = answer;
    await page.pass();
    expect([page.stale.hidden, page.waits, page.parts[1]?.replacedBy]).toEqual([false, true, undefined]);

    page.answer = ok('two');
    await page.pass();
    expect([page.stale.hidden, page.parts[1]?.replacedBy?.innerHTML]).toEqual([true, 'two']);
  });

  it('rests while nobody looks, and looks at once when somebody does', async () => {
    const page = new Page(parts('one'));
    await page.turn(true);
    expect([page.waits, page.asked]).toEqual([false, 0]);

    page.answer = ok('two');
    await page.turn(false);
    expect([page.waits, page.asked, page.parts[1]?.replacedBy?.innerHTML]).toEqual([true, 1, 'two']);
  });

  it('does nothing on a page that is of one moment, as that of a problem', () => {
    expect(new Page([new Part('badges', 'badges')]).waits).toBe(false);
  });
});
