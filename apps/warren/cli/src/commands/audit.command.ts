import { type AuditEntry, AuditPage } from '@warren/protocol';
import { type Command } from 'commander';
import { countOf } from '../arguments.js';
import { printList } from '../lists.js';
import { listed } from '../paging.js';
import { type Context } from '../program.js';
import { brief } from '../terminal.js';

const head = ['AT', 'BY', 'ACTION', 'SUBJECT', 'OUTCOME'];

export function addAudit(program: Command, context: Context): void {
  program
    .command('audit')
    .description('what operators did, the latest first')
    .option('--limit <n>', 'how many', countOf, 20)
    .action(({ limit }: { limit: number }) => audit(context, limit));
}

async function audit(context: Context, limit: number): Promise<void> {
  await printList(context, await listed(context.gateway(), AuditPage, '/api/v1/audit', {}, limit), head, rowOf);
}

const rowOf = ({ at, by, action, subject, outcome }: AuditEntry): string[] => [at, brief(by), action, brief(JSON.stringify(subject)), brief(outcome, 100)];
