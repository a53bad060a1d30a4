import { Beat, Command, Confirmation } from './control.js';
import { Announcement, HopReport, HopReports, Marker } from './journal.js';

const at = '2026-11-21T03:12:00.000Z';
const command = { epoch: 3, run: 1, state: 'RUNNING', sources: true, attached: 'all' };
const beat = { service: 'signal-imed', instance: 'signal-imed-3fa9', epoch: 3, version: '0.1.0', startedAt: at, requests: 1, handled: 2, memory: 3, lag: 0.5 };
const hop = {
  id: '0198c0de-0000-7000-8000-000000000001', journey: '0198c0de-0000-7000-8000-000000000001', queue: 'signal.imed', consumer: 'signal.imed',
  attempt: 1, redrive: 0, outcome: 'handled', startedAt: 1, finishedAt: 2, children: 1,
}; // prettier-ignore

describe('a control record', () => {
  it.each([
    ['command', Command, command],
    ['confirmation', Confirmation, { epoch: 3, service: 'signal-imed', instance: 'signal-imed-3fa9', at }],
    ['hop report', HopReports, { service: 'signal-imed', instance: 'signal-imed-3fa9', hops: [hop] }],
    ['marker', Marker, { id: hop.id }],
    ['announcement', Announcement, { service: 'signal-imed', instance: 'signal-imed-3fa9', flows: [], consumers: [], sources: [] }],
  ])('is read as it was written: %s', (_, schema, record) => {
    expect(schema.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
  });

  it('of a beat is not the last one where it does not say so', () => {
    expect(Beat.parse(beat)).toEqual({ ...beat, leaving: false });
  });

  it.each([
    ['a command to a state that there is not', Command, { ...command, state: 'STOPPED' }],
    ['a command with a part of the state', Command, { epoch: 3, state: 'RUNNING' }],
    ['a command with an epoch that is no count', Command, { ...command, epoch: -1 }],
    ['a confirmation without a time', Confirmation, { epoch: 3, service: 'x', instance: 'x-1' }],
    ['a beat with a time that is none', Beat, { ...beat, startedAt: 'now' }],
    ['a hop with an outcome that there is not', HopReport, { ...hop, outcome: 'lost' }],
    ['a hop of a message without a UUID', HopReport, { ...hop, id: '7' }],
    ['a marker that is none', Marker, { id: 'now' }],
  ])('is refused: %s', (_, schema, record) => {
    expect(schema.safeParse(record).success).toBe(false);
  });
});
