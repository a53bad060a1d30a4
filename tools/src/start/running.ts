/** Something that runs and may end: a service's process, the broker, the database. */
export interface Running {
  readonly pid?: number;
  /** Resolves when it does its work; never, when it ends before. */
  readonly ready: Promise<void>;
  /** Resolves with how it ended: `exit code 1`, `signal SIGKILL`. */
  readonly ended: Promise<string>;
  /** Clean, within a deadline of its own. */
  stop(): Promise<void>;
  /** At once. */
  kill(): Promise<void>;
}

/** What can be started, again and again. */
export interface Task {
  readonly name: string;
  start(): Promise<Running>;
}
