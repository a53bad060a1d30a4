import { type AnnouncedContract, type FlowDetail } from '@warren/protocol';
import { fieldsOf } from './fields.js';
import { policyInWords } from './policy.js';
import { span } from './span.js';
import { code } from './words.js';

const head = `# Messaging

What the services of this system say to each other: contracts, producers, consumers with their queues and policies, sources. \`npx warren flows --markdown\` has made this page from what
the services have announced; what it says is changed in their code.

- A contract is published to its flow's exchange with its topic as the routing key; the body is the payload as JSON.
- A service publishes a contract for sure where it has a source of it. It may publish what it has the contracts of and does not consume: whether it does, only its code says. Besides,
  \`POST /api/v1/flows/<flow>/<contract>\` publishes any of them, and so does a program that does not stay and announces nothing, such as a command for CI.
- A payload that the contract refuses, and an error that trying again does not mend, are dead letters at once, whatever the policy says.
- Fields that are secret are masked in journal, console and logs.
`;

/** All flows as one Markdown page: the same announcements give the same page, in whatever order they are. */
export const documentOf = (flows: readonly FlowDetail[]): string => [head, ...sorted(flows, ({ name }) => name).map(sectionOf)].join('\n');

function sectionOf(flow: FlowDetail): string {
  const { name, exchange, deadline, services, sources, consumers } = flow;
  const contracts = sorted(flow.contracts, (contract) => contract.name);
  const stalled = deadline === null ? '' : ` A journey that is open for more than ${span(deadline)} is stalled.`;
  return paragraphs([
    `## ${name}`,
    `Topic exchange ${code(exchange)}. Announced by ${listOf(sorted(services, String))}.${stalled}`,
    '### Contracts',
    tableOf(['Contract', 'Version', 'Topic', 'Terminal'], contracts.map((one) => [code(one.name), String(one.version), code(one.topic), one.terminal ? 'yes: nobody consumes it, by design' : 'no'])),
    ...payloadsOf(contracts),
    '### Producers',
    tableOf(['Contract', 'Publishes it', 'May publish it'], contracts.map((contract) => producersOf(contract, flow))),
    '### Consumers',
    tableOf(['Queue', 'Contract', 'Service', 'At a time', 'Policy'], sorted(consumers, ({ queue }) => queue).map(consumerOf)),
    '### Sources',
    tableOf(['Source', 'Contract', 'Service', 'Every'], sorted(sources, (source) => source.name).map(sourceOf)),
  ]);
}

/** Contracts whose payloads are alike share a table. */
function payloadsOf(contracts: readonly AnnouncedContract[]): string[] {
  const tables = contracts.map((contract) => ({ name: contract.name, table: tableOf(['Field', 'Is', ''], fieldsOf(contract).map(fieldRow)) }));
  const different = [...new Set(tables.map(({ table }) => table))];
  return different.flatMap((table) => [`The payload of ${listOf(tables.filter((one) => one.table === table).map(({ name }) => name))}:`, table]);
}

const fieldRow = ({ path, words, required, secret }: ReturnType<typeof fieldsOf>[number]): string[] => [
  path === '' ? 'the payload itself' : code(path), words, [required ? 'required' : 'optional', ...(secret ? ['secret'] : [])].join(', '),
]; // prettier-ignore

function producersOf({ name }: AnnouncedContract, { services, consumers, sources }: FlowDetail): string[] {
  const [certain, taking] = [sources, consumers].map((all) => all.filter(({ contract }) => contract === name).map(({ service }) => service)) as [string[], string[]];
  const possible = services.filter((service) => !certain.includes(service) && !taking.includes(service));
  return [code(name), listOf(sorted(certain, String)), listOf(sorted(possible, String))];
}

const consumerOf = ({ queue, contract, service, concurrency, policy }: FlowDetail['consumers'][number]): string[] => [
  code(queue), code(contract), code(service), `${concurrency} an instance`, policyInWords(policy),
]; // prettier-ignore

const sourceOf = ({ name, contract, service, every }: FlowDetail['sources'][number]): string[] => [code(name), code(contract), code(service), span(every)];

const listOf = (names: readonly string[]): string => [...new Set(names)].map(code).join(', ') || 'none';

/** By code points: a database sorts as its locale says. */
const sorted = <T>(all: readonly T[], keyOf: (one: T) => string): T[] => all.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b))));

const paragraphs = (all: readonly string[]): string => `${all.join('\n\n')}\n`;

function tableOf(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return 'None.';
  return [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
}

/** A table's cell is one line, and a bar inside it is not its end. */
const cell = (text: string): string => text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|');
