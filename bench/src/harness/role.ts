/** A pipeline's three roles. Each runs in a process of its own. */
export const roleNames = ['source', 'consumer', 'sink'] as const;
export type RoleName = (typeof roleNames)[number];

/**
 * What a role's process tells the harness. `seconds`: what it took, where the role has measured that itself.
 * `cpu` is microseconds since the start signal, `memory` the peak in bytes.
 */
export type Report = { kind: 'ready' } | { kind: 'done'; seconds?: number } | { kind: 'usage'; cpu: number; memory: number };

/** What the harness tells a role's process. */
export type Order = 'go' | 'report';

/** What a role's code is given. */
export interface Role {
  readonly url: string;
  /** Messages in this run. */
  readonly total: number;
  /** Says that this role is set up, and waits for the start signal that all roles get at once. */
  ready(): Promise<void>;
  /** The last one's word that it has everything, and the seconds that it took where the role has measured them. */
  done(seconds?: number): void;
}

/** Runs the role that the harness named on the command line, and answers the harness until it hangs up. */
export function runRole(roles: Readonly<Record<string, (role: Role) => Promise<void>>>): void {
  const [, , name = ''] = process.argv;
  const run = roles[name];
  if (!run || !process.send) throw new Error('A role is started by the bench: npm run bench');
  const tell = (report: Report) => process.send?.(report);
  const started = startSignal(tell);
  process.on('disconnect', () => process.exit(0));
  const role: Role = {
    url: process.env['AMQP_URL'] ?? '',
    total: Number(process.env['BENCH_MESSAGES']),
    ready: () => (tell({ kind: 'ready' }), started),
    done: (seconds) => tell({ kind: 'done', seconds }),
  };
  run(role).catch((error: unknown) => {
    console.error(`${name}:`, error);
    process.exit(1);
  });
}

function startSignal(tell: (report: Report) => void): Promise<void> {
  let before = process.cpuUsage();
  return new Promise((resolve) => {
    process.on('message', (order: Order) => {
      if (order === 'report') {
        tell(usageSince(before));
      } else {
        before = process.cpuUsage();
        resolve();
      }
    });
  });
}

function usageSince(before: NodeJS.CpuUsage): Report {
  const { user, system } = process.cpuUsage(before);
  return { kind: 'usage', cpu: user + system, memory: process.resourceUsage().maxRSS * 1024 };
}
