import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(__dirname, '../../..');
const boundaries = '@nx/enforce-module-boundaries';
const packages = 'no-restricted-imports';

/** [what, a file that there is, its text, the rule that it breaks] */
const forbidden = [
  ['an app that imports another app', 'apps/signal/imed/src/main.ts', "import '@warren/signal-orig';", boundaries],
  ['an app that imports another by its path', 'apps/signal/imed/src/main.ts', "import '../../orig/src/orig.module.js';", boundaries],
  ["one of Warren's apps that imports contracts", 'apps/warren/gateway/src/main.ts', "import '@warren/contracts';", boundaries],
  ["one of Warren's apps that imports contracts late", 'apps/warren/observer/src/main.ts', "await import('@warren/contracts');", boundaries],
  ['the command line with a Nest library', 'apps/warren/cli/src/main.ts', "import '@warren/service';", boundaries],
  ['protocol with something of ours', 'libs/protocol/src/index.ts', "import '@warren/contracts';", boundaries],
  ['protocol with Nest', 'libs/protocol/src/index.ts', "import '@nestjs/common';", packages],
  ['a library that reaches upwards', 'libs/bus/src/index.ts', "import '@warren/service';", boundaries],
  ['amqplib in an app', 'apps/signal/imed/src/main.ts', "import 'amqplib';", packages],
  ['amqplib in a library', 'libs/lifecycle/src/index.ts', "import 'amqplib/callback_api.js';", packages],
  ['amqplib in an app, late', 'apps/signal/imed/src/main.ts', "void import('amqplib');", 'no-restricted-syntax'],
  ['golevelup in an app, late', 'apps/signal/imed/src/main.ts', "void import('@golevelup/nestjs-rabbitmq');", 'no-restricted-syntax'],
  ['the Postgres driver in an app, late', 'apps/signal/orig/src/main.ts', "void import('pg-cursor');", 'no-restricted-syntax'],
  ['golevelup in an app', 'apps/warren/observer/src/main.ts', "import '@golevelup/nestjs-rabbitmq';", packages],
  ['the Postgres driver in an app', 'apps/signal/orig/src/main.ts', "import 'pg';", packages],
  ['the Postgres driver in bus', 'libs/bus/src/index.ts', "import 'pg-cursor';", packages],
  ['test helpers in a service', 'apps/signal/imed/src/main.ts', "import '@warren/testing';", packages],
  ['the environment outside a config.ts', 'apps/signal/imed/src/main.ts', "console.log(process.env['AMQP_URL']);", 'no-restricted-properties'],
  ['the environment by its module', 'apps/signal/imed/src/main.ts', "import { env } from 'node:process';\nconsole.log(env);", packages],
] as const;

const allowed = [
  ['contracts in an app of a flow', 'apps/signal/imed/src/main.ts', "import '@warren/contracts';"],
  ['amqplib in bus', 'libs/bus/src/index.ts', "import 'amqplib';"],
  ['amqplib in bus, late', 'libs/bus/src/index.ts', "void import('amqplib');"],
  ['the Postgres driver in database', 'libs/database/src/index.ts', "import 'pg';"],
  ['test helpers in a spec', 'apps/signal/imed/src/imed.contract.int-spec.ts', "import '@warren/testing';"],
  ['the environment in a config.ts', 'apps/signal/imed/src/imed.config.ts', "console.log(process.env['IMED_DELAY']);"],
] as const;

let broken: string[][];
beforeAll(() => {
  const files = [...forbidden, ...allowed].map(([, filePath, text]) => ({ filePath, text: `${text}\n` }));
  const { stdout, stderr } = spawnSync(process.execPath, [join(__dirname, '../../test/lint-texts.mjs')], { cwd: root, input: JSON.stringify(files), encoding: 'utf8' });
  if (!stdout) throw new Error(stderr);
  broken = JSON.parse(stdout) as string[][];
}, 120_000);

describe('lint refuses', () => {
  it.each(forbidden.map(([what, , , rule], index) => ({ what, rule, index })))('$what', ({ rule, index }) => {
    expect(broken[index]).toContain(rule); // it may be no dependency of the project either
  });
});

describe('lint takes', () => {
  it.each(allowed.map(([what], index) => ({ what, index: forbidden.length + index })))('$what', ({ index }) => {
    expect(broken[index]).toEqual([]);
  });
});
