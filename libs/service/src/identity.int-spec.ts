import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, versionAbove } from './identity.js';

describe('who a process is', () => {
  const { WARREN_INSTANCE } = process.env;
  afterEach(() => {
    delete process.env['WARREN_INSTANCE'];
    Object.assign(process.env, WARREN_INSTANCE && { WARREN_INSTANCE });
  });

  it('is another one for each process of a service', () => {
    const [one, other] = [identityOf('signal-imed'), identityOf('signal-imed')];
    expect(one.instance).toMatch(/^signal-imed-[0-9a-f]{4}$/);
    expect(one.instance).not.toBe(other.instance);
  });

  it('is what its supervisor says', () => {
    process.env['WARREN_INSTANCE'] = 'signal-imed-0001';
    expect(identityOf('signal-imed')).toMatchObject({ service: 'signal-imed', instance: 'signal-imed-0001' });
  });
});

describe('the version', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'warren-version-'));
    mkdirSync(join(folder, 'app', 'dist'), { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is that of the nearest package.json above', () => {
    writeFileSync(join(folder, 'package.json'), '{"version":"1.0.0"}');
    writeFileSync(join(folder, 'app', 'package.json'), '{"version":"2.3.4"}');
    expect(versionAbove(join(folder, 'app', 'dist'))).toBe('2.3.4');
  });

  it('is 0.0.0 where a package says none', () => {
    writeFileSync(join(folder, 'package.json'), '{}');
    expect(versionAbove(join(folder, 'app', 'dist'))).toBe('0.0.0');
  });
});
