import { type DeadGroup, type DeadLetter, type DeadLetterDetail, type Operation, type Outcomes } from '@warren/protocol';

const uuid = '0191f6a2-0000-7000-8000-000000000000';
const at = '2026-11-20T06:00:00.102Z';

export function deadLetter(id: number, more: Partial<DeadLetter> = {}): DeadLetter {
  return {
    id, message: uuid, journey: uuid, flow: 'signal', queue: 'signal.imed', consumer: 'signal.imed', contract: 'signal.original@1', service: 'signal-orig', foreign: false,
    redrive: 0, attempt: 5, state: 'dead', group: '6f1d7c523a7e5b0e', cause: { name: 'TypeError', message: 'it is none' }, at, size: 16, line: `MSG_${id}`, edited: false,
    operation: null, refusal: null, ...more,
  }; // prettier-ignore
}

export function detail(id: number, more: Partial<DeadLetterDetail> = {}): DeadLetterDetail {
  return {
    ...deadLetter(id),
    headers: { 'warren-at': 1 },
    contentType: 'application/json',
    payload: { text: `MSG_${id}` },
    attempts: [
      { redrive: 0, attempt: 5, outcome: 'dead', service: 'signal-imed', instance: 'signal-imed-3fa9', startedAt: at, finishedAt: at, error: { name: 'TypeError', message: 'it is none' }, retryAt: null },
    ],
    hops: [{ queue: 'signal.imed', consumer: 'signal.imed', outcome: 'dead', attempt: 5, redrive: 0, instance: null, startedAt: null, finishedAt: null, children: 0 }],
    ...more,
  };
}

/** One whose body is no JSON or too long to be shown. */
export function textDetail(id: number, text: string, more: Partial<DeadLetterDetail> = {}): DeadLetterDetail {
  const letter = detail(id, { text, size: text.length, ...more });
  delete letter.payload;
  return letter;
}

export function group(id: string, more: Partial<DeadGroup> = {}): DeadGroup {
  const trend = Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 8 : hour === 22 ? 1 : 0));
  return { id, flow: 'signal', queue: 'signal.imed', consumer: 'signal.imed', cause: { name: 'TypeError', message: 'it is none' }, dead: 3, total: 12, firstSeen: at, lastSeen: at, trend, notes: [], ...more };
}

const none: Outcomes = { open: 0, handled: 0, deadAgain: 0, discarded: 0, adopted: 0, replayed: 0, refused: 0 };

export function operation({ outcomes, ...more }: Partial<Omit<Operation, 'outcomes'>> & { outcomes?: Partial<Outcomes> } = {}): Operation {
  return {
    id: uuid, kind: 'redrive', state: 'running', by: 'anonymous', at, selection: { ids: [1] }, queue: null, rate: null, total: 1_000, done: 0,
    outcomes: { ...none, ...outcomes }, finishedAt: null, problem: null, ...more,
  }; // prettier-ignore
}
