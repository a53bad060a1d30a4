import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Use } from './measure.js';
import type { Order, Report } from './role.js';

/** The harness's end of the line to a role's process. */
export class RoleProcess {
  private constructor(private readonly child: ChildProcess) {}

  /** Starts the role and waits until it is set up. */
  static async start(script: string, name: string, env: NodeJS.ProcessEnv): Promise<RoleProcess> {
    const role = new RoleProcess(fork(script, [name], { env: { ...process.env, ...env } }));
    await role.heard('ready');
    return role;
  }

  send(order: Order): void {
    this.child.send(order);
  }

  async use(): Promise<Use> {
    const answer = this.heard('usage');
    this.send('report');
    return answer;
  }

  /** @throws when the process ends before it says so. */
  heard<K extends Report['kind']>(kind: K): Promise<Extract<Report, { kind: K }>> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null) => reject(new Error(`${this.child.spawnargs.join(' ')} ended with ${code ?? 'a signal'}`));
      this.child.once('exit', ended);
      const listen = (report: Report) => {
        if (report.kind !== kind) return;
        this.child.off('message', listen).off('exit', ended);
        resolve(report as Extract<Report, { kind: K }>);
      };
      this.child.on('message', listen);
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }
}
