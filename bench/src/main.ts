import { compare } from './comparison.js';
import { benchDeadLetters, type DeadLettersOptions } from './dead-letters/dead-letters.js';
import { jsonOf, reportOf } from './dead-letters/report.js';
import { benchDeliveries } from './deliveries/deliveries.js';
import * as deliveriesReport from './deliveries/report.js';
import { endBy } from './harness/at-end.js';
import { type Result } from './harness/measure.js';
import { run, type Pipeline } from './harness/run.js';
import { benchJobs } from './jobs/jobs.js';
import * as jobsReport from './jobs/report.js';
import { benchJournal } from './journal/journal.js';
import * as journalReport from './journal/report.js';
import { readOptions, type Options } from './options.js';
import { benches } from './pipelines.js';
import { report } from './report.js';
import { openServers } from './servers.js';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.letters !== undefined) return deadLetters({ letters: options.letters, json: options.json });
  if (options.deliveries) return deliveries(options);
  if (options.jobs !== undefined) return jobs({ ...options, messages: options.jobs });
  if (options.journal !== undefined) return journal(options.journal, options.json);
  const chosen = benches.filter(({ bench }) => options.only === undefined || bench === options.only);
  if (chosen.length === 0) throw new Error(`There is no bench ${options.only ?? ''}: there are ${[...new Set(benches.map(({ bench }) => bench))].join(', ')}.`);
  const results = await runAll([...new Set(chosen.flatMap(({ peer, ours }) => [peer, ours]))], options);
  const comparisons = chosen.map((one) => compare(one, results));
  if (options.json) for (const one of comparisons) console.log(JSON.stringify(one));
  else console.log(report(results, comparisons, options.messages));
}

async function deadLetters(options: DeadLettersOptions): Promise<void> {
  const result = await benchDeadLetters(options, (line) => options.json || console.log(line));
  console.log(options.json ? jsonOf(result) : reportOf(result));
}

async function deliveries({ json, ...options }: Options): Promise<void> {
  const results = await benchDeliveries(options, (line) => json || console.log(line));
  console.log(json ? deliveriesReport.jsonOf(results) : deliveriesReport.reportOf(results, options.messages));
}

async function jobs({ json, ...options }: Options): Promise<void> {
  const results = await benchJobs(options, (line) => json || console.log(line));
  console.log(json ? jobsReport.jsonOf(results) : jobsReport.reportOf(results, options.messages));
}

async function journal(messages: number, json: boolean): Promise<void> {
  const result = await benchJournal(messages, (line) => json || console.log(line));
  console.log(json ? journalReport.jsonOf(result) : journalReport.reportOf(result));
}

/** Rounds of all pipelines, one after the other: what the machine does meanwhile meets each alike. */
async function runAll(pipelines: readonly Pipeline[], { rounds, messages, json }: Options): Promise<Map<string, Result[]>> {
  const results = new Map<string, Result[]>(pipelines.map(({ name }) => [name, []]));
  const servers = await openServers();
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const pipeline of pipelines) {
        const result = await run(pipeline, { messages, servers: servers.pids });
        results.get(pipeline.name)?.push(result);
        if (!json) console.log(`round ${round}: ${pipeline.name} ${Math.round(result.rate)}/s`);
      }
    }
  } finally {
    await servers.close();
  }
  return results;
}

let ending = false;
/** What is under way fails meanwhile, which says nothing. */
const end = (signal: NodeJS.Signals) => {
  if (ending) return;
  ending = true;
  void endBy(signal).then((code) => process.exit(code));
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);

main().catch((error: unknown) => {
  if (ending) return;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
