import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runSteps } from './dockerfile.js';

interface Job {
  stage: string;
  script: string[];
  before_script?: string[];
  rules?: { if: string }[];
}

const root = join(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const pipeline = parse(read('.gitlab-ci.yml'), { merge: true }) as Record<string, unknown>;
const job = (name: string) => pipeline[name] as Job;

describe('.gitlab-ci.yml', () => {
  it.each(['lint', 'test', 'build'])('runs %s for what a change affects', (target) => {
    const targets = job('affected').script.flatMap((line) => /^npx nx affected -t (.+)$/.exec(line)?.[1]?.split(' ') ?? []);

    expect(targets).toContain(target);
  });

  it('deploys the default branch and no other', () => {
    expect(job('deploy')).toMatchObject({ stage: 'deploy', rules: [{ if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH' }] });
  });

  it('has every job in a stage that there is', () => {
    const jobs = Object.values(pipeline).filter((one): one is Job => typeof one === 'object' && one !== null && 'script' in one);

    expect(jobs).toHaveLength(4);
    for (const { stage } of jobs) expect(pipeline['stages']).toContain(stage);
  });
});

describe('the Dockerfile', () => {
  it('builds by the steps that CI runs', () => {
    const steps = runSteps(read('Dockerfile'), 'build');

    expect(steps).toEqual(job('package').script);
    expect(steps).toHaveLength(3);
  });

  it('runs as a user without rights, on the Node of CI', () => {
    const images = [...read('Dockerfile').matchAll(/^FROM node:([\d.]+)/gm)].map(([, version]) => version);

    expect(read('Dockerfile')).toMatch(/^USER node$/m);
    expect(new Set([...images, /^node:([\d.]+)/.exec(String(pipeline['image']))?.[1]]).size).toBe(1);
  });
});
