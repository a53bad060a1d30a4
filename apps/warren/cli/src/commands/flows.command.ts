import { type AnnouncedContract, type FlowDetail, Flows } from '@warren/protocol';
import { type Command } from 'commander';
import { Failure } from '../failure.js';
import { documentOf } from '../flows/document.js';
import { fieldsOf } from '../flows/fields.js';
import { policyInWords } from '../flows/policy.js';
import { span } from '../flows/span.js';
import { printList } from '../lists.js';
import { type Context } from '../program.js';
import { brief, harmless, print, printJson, table } from '../terminal.js';

const head = ['FLOW', 'CONTRACTS', 'CONSUMERS', 'SOURCES', 'SERVICES'];

export function addFlows(program: Command, context: Context): void {
  program
    .command('flows')
    .description('what services have announced: contracts with their payloads, consumers with their policies, sources')
    .argument('[flow]', 'this one in full')
    .option('--markdown', 'as a page of documentation')
    .action((flow: string | undefined, { markdown }: { markdown?: boolean }) => flows(context, flow, markdown));
}

async function flows(context: Context, name: string | undefined, markdown = false): Promise<void> {
  const { gateway, json, terminal } = context;
  const { items } = await gateway().json(Flows, '/api/v1/flows');
  const chosen = name === undefined ? items : [named(items, name)];
  if (markdown) await print(terminal, harmless(documentOf(chosen)).trimEnd());
  else if (name === undefined) await printList(context, { items: chosen, more: false }, head, rowOf);
  else if (json()) await printJson(terminal, chosen[0]);
  else for (const flow of chosen) await print(terminal, harmless(wholeOf(flow)));
}

/** @throws Failure when nobody has announced it */
function named(flows: readonly FlowDetail[], name: string): FlowDetail {
  const flow = flows.find((one) => one.name === name);
  if (flow) return flow;
  throw new Failure(`There is no flow ${name}. There are: ${flows.map((one) => one.name).join(', ') || 'none yet'}.`);
}

const rowOf = ({ name, contracts, consumers, sources, services }: FlowDetail): string[] => [
  name, names(contracts.map((one) => one.name)), names(consumers.map(({ queue }) => queue)), names(sources.map((one) => one.name)), names(services),
]; // prettier-ignore

const names = (all: readonly string[]): string => brief(all.join(', ') || '-', 80);

function wholeOf({ name, exchange, deadline, services, contracts, consumers, sources }: FlowDetail): string {
  const facts = [['flow', name], ['exchange', exchange], ['deadline', deadline === null ? '-' : span(deadline)], ['services', services.join(', ') || '-']]; // prettier-ignore
  return [
    table(facts),
    ...contracts.map(contractOf),
    section('CONSUMERS', ['QUEUE', 'CONTRACT', 'SERVICE', 'CONCURRENCY', 'POLICY'], consumers.map((one) => [one.queue, one.contract, one.service, String(one.concurrency), policyInWords(one.policy)])),
    section('SOURCES', ['SOURCE', 'CONTRACT', 'SERVICE', 'EVERY'], sources.map((one) => [one.name, one.contract, one.service, span(one.every)])),
  ].join('\n\n');
}

function contractOf({ type, topic, terminal, schema, secret }: AnnouncedContract): string {
  const fields = fieldsOf({ schema, secret }).map((field) => [field.path || '-', field.required ? 'yes' : 'no', field.secret ? 'yes' : 'no', brief(field.words, 120)]);
  return section(`CONTRACT ${type}, topic ${topic}${terminal ? ', terminal' : ''}`, ['FIELD', 'REQUIRED', 'SECRET', 'IS'], fields);
}

const section = (title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string =>
  `${title}\n${rows.length === 0 ? 'none' : table([columns, ...rows])}`;
