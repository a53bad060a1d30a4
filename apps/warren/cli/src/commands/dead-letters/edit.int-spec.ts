import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detail, operation, textDetail } from '../../../test/dead-letters.js';
import { FakeGateway } from '../../../test/fake-gateway.js';
import { type Options, warren } from '../../../test/warren.js';

const show = 'GET /api/v1/dead-letters/42';
const put = 'PUT /api/v1/dead-letters/42/payload';
const mended = detail(42, { payload: { text: 'mended' }, edited: true });

let gateway: FakeGateway;
let folder: string;
const edit = (args: string[], options: Options = {}) => warren(['dead-letters', 'edit', '42', ...args], { url: gateway.url, ...options });
const stored = () => gateway.asked.filter(({ method }) => method === 'PUT').map(({ body }) => body);

/** An editor that writes a text, and keeps what it found. */
function editor(writes: string): string {
  const script = join(folder, 'editor.js');
  writeFileSync(script, `const fs = require('node:fs'); fs.copyFileSync(process.argv[2], '${folder}/found'); fs.writeFileSync('${folder}/file', process.argv[2]); fs.writeFileSync(process.argv[2], ${JSON.stringify(writes)});`);
  return `${process.execPath} ${script}`;
}
const found = () => readFileSync(join(folder, 'found'), 'utf8');
const file = () => readFileSync(join(folder, 'file'), 'utf8');

beforeEach(async () => {
  gateway = await FakeGateway.start();
  gateway.serves({ [show]: [detail(42)], [put]: [mended] });
  folder = mkdtempSync(join(tmpdir(), 'warren-edit-'));
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await gateway.close();
});

describe('warren dead-letters edit', () => {
  it('stores a payload', async () => {
    expect(await edit(['--payload', '{"text":"mended"}'])).toEqual({ code: 0, out: 'Dead letter 42 has the payload {"text":"mended"} now.\n', err: '' });
    expect(stored()).toEqual(['{"text":"mended"}']);
    expect(JSON.parse((await edit(['--payload', '{"text":"mended"}', '--json'])).out)).toEqual(mended);
  });

  it('reads it from stdin where it is -', async () => {
    expect(await edit(['--payload', '-'], { in: '{"text":\n"mended"}\n' })).toMatchObject({ code: 0 });
    expect(stored()).toEqual(['{"text":\n"mended"}\n']);
  });

  it('refuses what is no JSON, without asking anybody', async () => {
    expect(await edit(['--payload', '{text:1}'])).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^The payload is no JSON: .*\.\n$/) });
    expect(gateway.asked).toEqual([]);
  });

  it('says what does not fit the schema', async () => {
    gateway.refuses({ status: 422, detail: 'The payload is no signal.original@1.', issues: [{ path: '/text', message: 'must be string' }] });
    expect(await edit(['--payload', '{}'])).toEqual({ code: 1, out: '', err: 'The payload is no signal.original@1. /text: must be string\n' });
  });

  it('redrives it then, where it is told to', async () => {
    const done = operation({ state: 'done', total: 1, done: 1, outcomes: { handled: 1 } });
    gateway.serves({ [put]: [mended], 'POST /api/v1/dead-letters/redrive': [done], [`GET /api/v1/operations/${done.id}`]: [done] });
    expect(await edit(['--payload', '{"text":"mended"}', '--redrive'])).toMatchObject({ code: 0, out: `redrive ${done.id}: done, 1 of 1: 1 handled\n` });
    expect(gateway.asked.map(({ method, body }) => `${method} ${body}`)).toEqual(['PUT {"text":"mended"}', 'POST {"ids":[42]}']);
  });

  it('redrives nothing where the payload is refused', async () => {
    gateway.serves({ [put]: [{ status: 422, title: 'It does not fit', type: 'about:blank' }] });
    expect(await edit(['--payload', '{}', '--redrive'])).toMatchObject({ code: 1, err: 'It does not fit\n' });
    expect(gateway.asked).toHaveLength(1);
  });
});

describe('warren dead-letters edit in an editor', () => {
  it('lets a person change the payload', async () => {
    expect(await edit([], { terminal: true, editor: editor('{"text":"mended"}\n') })).toMatchObject({ code: 0, out: expect.stringContaining('{"text":"mended"}') });
    expect([found(), stored()]).toEqual(['{\n  "text": "MSG_42"\n}\n', ['{"text":"mended"}']]);
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  it('stores nothing where nothing was changed', async () => {
    expect(await edit([], { terminal: true, editor: editor('{\n  "text": "MSG_42"\n}') })).toEqual({ code: 1, out: '', err: 'Nothing was changed.\n' });
    expect(stored()).toEqual([]);
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  it.each([
    ['{text', 'The payload is no JSON: '],
    ['{"text":1}', 'The payload is no signal.original@1.'],
  ])('keeps what was written where it cannot be stored: %s', async (written, reason) => {
    gateway.serves({ [show]: [detail(42)], [put]: [{ status: 422, title: 'x', detail: 'The payload is no signal.original@1.', type: 'about:blank' }] });
    const { code, err } = await edit([], { terminal: true, editor: editor(written) });
    expect([code, err]).toEqual([1, expect.stringContaining(reason)]);
    expect(err).toContain(`What you wrote is kept in ${file()}.\n`);
    expect(readFileSync(file(), 'utf8')).toBe(written);
    rmSync(join(file(), '..'), { recursive: true });
  });

  it('begins with a body that is no JSON as it is', async () => {
    gateway.serves({ [show]: [textDetail(42, 'text=1')], [put]: [mended] });
    expect((await edit([], { terminal: true, editor: editor('{"text":"1"}') })).code).toBe(0);
    expect(found()).toBe('text=1\n');
  });

  it('does not let anybody change the beginning of a body alone', async () => {
    gateway.serves({ [show]: [textDetail(42, 'text=1', { size: 9_000_000 })] });
    expect(await edit([], { terminal: true, editor: editor('{}') })).toMatchObject({ code: 1, err: 'Dead letter 42 has 9000000 bytes, too many for an editor: give the whole payload with --payload.\n' });
  });

  it('says so when the editor fails', async () => {
    expect(await edit([], { terminal: true, editor: 'false' })).toMatchObject({ code: 1, err: 'The editor "false" failed: set EDITOR to one that works, or give the payload with --payload.\n' });
    expect(stored()).toEqual([]);
  });

  it('leaves nothing behind when the editor fails', async () => {
    await edit([], { terminal: true, editor: `sh -c 'printf %s "$1" > ${folder}/file; exit 1' editor` });
    expect(existsSync(file())).toBe(false);
  });

  it('says so where there is no terminal', async () => {
    expect(await edit([])).toMatchObject({ code: 1, err: 'There is no terminal for an editor here: give the payload with --payload.\n' });
    expect(gateway.asked).toEqual([]);
  });
});
