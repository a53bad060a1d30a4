/** One Ctrl-C arrives up to three times: from the terminal, from npm and from the launcher. */
const oneRequest = 1_000;

/**
 * Hears that the system is to stop: SIGINT, SIGTERM, SIGHUP, or the launcher's end (its IPC channel closes).
 * A signal that comes later than that calls `again`.
 */
export class StopRequest {
  readonly made: Promise<void>;
  private first: number | undefined;

  constructor(again: () => Promise<void>) {
    this.made = new Promise((resolve) => {
      const hear = () => {
        this.first ??= performance.now();
        resolve();
        if (performance.now() - this.first > oneRequest) void again();
      };
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
      process.on('disconnect', hear);
    });
  }
}
