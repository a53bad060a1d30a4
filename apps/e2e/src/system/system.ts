import { Services, SystemState, Transition, type ServiceStatus } from '@warren/protocol';
import { type Program } from './program.js';
import { readRunFile, type RunFile } from './run-file.js';

/** An answer as curl shows it. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** How long it took, in milliseconds. */
  took: number;
}

/** A message-log line, taken apart. */
export interface Line {
  at: string;
  topic: string;
  text: string;
}

/** The running system, through its public surface and, for faults, through the processes of its services. */
export class System {
  constructor(readonly folder: string, readonly program: Program) {}

  get run(): RunFile {
    return readRunFile(this.folder);
  }

  async request(path: string, init: RequestInit = {}): Promise<Answer> {
    const before = performance.now();
    const response = await fetch(`${this.run.url}${path}`, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, took: performance.now() - before };
  }

  /** `curl -X PUT -d STATE /state`, with the content type that curl sends by itself. */
  put(state: string): Promise<Answer> {
    return this.request('/state', { method: 'PUT', body: state, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  }

  /** The whole transition of a PUT. */
  async transition(state: string): Promise<Transition> {
    const { text } = await this.request('/state', { method: 'PUT', body: JSON.stringify({ state }), headers: { 'content-type': 'application/json', accept: 'application/json' } });
    return Transition.parse(JSON.parse(text));
  }

  async state(): Promise<SystemState> {
    const { text } = await this.request('/state', { headers: { accept: 'application/json' } });
    return SystemState.parse(JSON.parse(text));
  }

  async services(): Promise<ServiceStatus[]> {
    const { text } = await this.request('/api/v1/services');
    return Services.parse(JSON.parse(text)).items;
  }

  async runLog(): Promise<string[]> {
    return lines((await this.request('/run-log')).text);
  }

  /** @throws when a line is not as the message log's lines are. */
  async messages(): Promise<Line[]> {
    return lines((await this.request('/messages')).text).map(parseLine);
  }

  /** The texts on one topic, in order. */
  async texts(topic: string): Promise<string[]> {
    return (await this.messages()).filter((line) => line.topic === topic).map(({ text }) => text);
  }

  /** Of the first process of a service. @throws while it has none. */
  pid(service: string): number {
    const pid = this.run.services.find((one) => one.service === service)?.process?.pid;
    if (pid === undefined) throw new Error(`${service} has no process now.`);
    return pid;
  }

  signal(service: string, signal: NodeJS.Signals): void {
    process.kill(this.pid(service), signal);
  }
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

function parseLine(line: string): Line {
  const [, at, topic, text] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) Topic (\S+): (.*)$/.exec(line) ?? [];
  if (at === undefined || topic === undefined || text === undefined) throw new Error(`Not a line of the message log: ${line}`);
  return { at, topic, text };
}
