import { randomInt } from 'node:crypto';
import { PrivateRedis, hasNginx, hasRedis, onTeardown, waitFor, type PrivateNginx } from '@warren/testing';
import { JobsChaos } from './jobs/jobs-chaos.js';
import { faultsOf, jobsOf, receivedOf } from './jobs/records.js';
import { User } from './jobs/user.js';
import { DeadLetterApi } from './letters/dead-letter-api.js';
import { bootSystem, temporaryFolder } from './system/boot-system.js';
import { Dice } from './system/dice.js';
import { openSite } from './system/site.js';
import { type System } from './system/system.js';

const seed = Number(process.env['JOBS_SEED'] ?? randomInt(2 ** 31));
const dice = new Dice(seed);
const browsers = 20;
/** Of each. */
const submissions = 25;
const settling = 120_000;
/** More than in a system of somebody's own, so that some jobs die. */
const settings = { JOB_WORK: '200', JOB_FAILS: '0.45', LOG_LEVEL: 'warn', ORIG_INTERVAL: '600000' };

let system: System;
let nginx: PrivateNginx;
let users: User[];
let chaos: JobsChaos;

const accepted = () => users.flatMap((user) => [...user.accepted]);

(hasNginx() && hasRedis() ? describe : describe.skip)(`${browsers * submissions} jobs from ${browsers} browsers, while all is killed at random`, () => {
  beforeAll(async () => {
    process.stdout.write(`The kills of this run: JOBS_SEED=${seed}\n`);
    const redis = await PrivateRedis.start({ folder: await temporaryFolder() });
    onTeardown(() => redis.stop());
    system = await bootSystem({ ownServers: true, args: ['--flows', 'jobs', '--scale', 'sender=2', '--scale', 'receiver=2'], env: { ...settings, REDIS_URL: redis.url } });
    nginx = await openSite(system);
    users = Array.from({ length: browsers }, () => new User(nginx.url));
    chaos = new JobsChaos(system, redis, dice);
  }, 180_000);

  it('are accepted, each of them', async () => {
    let submitted = 0;
    const work = async (user: User) => {
      for (let n = 0; n < submissions; n += 1) await user.submit(`Job ${(submitted += 1)}`, dice.below(5) === 0);
    };
    await Promise.all([...users.map(work), chaos.run()]);

    expect(new Set(accepted()).size).toBe(browsers * submissions);
    process.stdout.write(`${users.reduce((sum, { repeats }) => sum + repeats, 0)} forms were sent again; ${chaos.killed} kills\n`);
  }, 300_000);

  it('are counted to the session that each came from', async () => {
    const counts = await Promise.all(users.map(async (user) => (await user.badges('/')).mine));

    expect(counts).toEqual(users.map(() => String(submissions)));
  });

  it('come to an end: done once or dead with the cause, and both services say the same', async () => {
    const ended = async () => {
      const open = (await jobsOf(nginx.url)).filter(({ state }) => !['done', 'dead'].includes(state));
      if (open.length > 0) throw new Error(`${open.length} are open: ${JSON.stringify(open.slice(0, 3))}`);
      return true;
    };
    await waitFor(ended, { timeout: settling, interval: 1_000, what: 'the end of all' });
    const jobs = await jobsOf(nginx.url);
    const faults: string[] = [];
    for (const job of jobs) faults.push(...faultsOf(job, await receivedOf(nginx.url, job.id)));

    expect(jobs.map(({ id }) => id).toSorted()).toEqual(accepted().toSorted());
    expect(faults).toEqual([]);
  }, 150_000);

  it('that are dead are dead letters, one each', async () => {
    const dead = (await jobsOf(nginx.url)).filter(({ state }) => state === 'dead').map(({ id }) => id);
    const api = new DeadLetterApi(() => nginx.url);
    const letters = await Promise.all((await api.all('queue:jobs.receiver')).map(({ id }) => api.one(id)));

    expect(dead.length).toBeGreaterThan(0);
    expect(letters.map(({ payload }) => (payload as { job: string }).job).toSorted()).toEqual(dead.toSorted());
  });
});
