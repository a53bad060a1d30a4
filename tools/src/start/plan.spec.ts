import { plan } from './plan.js';
import { type Service } from './workspace.js';

const service = (name: string, flow?: string): Service => ({ name, flow, folder: `apps/${name}`, needs: { reads: [] } });
const services = [
  service('gateway'),
  service('observer'),
  service('signal-imed', 'signal'),
  service('relay-first', 'relay'),
  service('relay-last', 'relay'),
  service('profiles-last', 'profiles'),
];
type Asked = Parameters<typeof plan>[1];
const asked: Asked = { all: false, scale: new Map() };
const names = (choice: Partial<Asked>) => plan(services, { ...asked, ...choice }).map((one) => one.service.name);

describe('plan', () => {
  it('starts the product and the flow signal', () => {
    expect(names({})).toEqual(['gateway', 'observer', 'signal-imed']);
  });

  it('starts every flow, or those named instead of the default ones', () => {
    expect(names({ all: true })).toHaveLength(6);
    expect(names({ flows: ['relay'] })).toEqual(['gateway', 'observer', 'relay-first', 'relay-last']);
  });

  it('finds a service to scale by its whole name or by its name in its flow', () => {
    const scaled = plan(services, { ...asked, flows: ['relay'], scale: new Map([['first', 3], ['observer', 2]]) });
    expect(scaled.map(({ processes }) => processes)).toEqual([1, 2, 3, 1]);
  });

  it('refuses a flow that the workspace does not have', () => {
    expect(() => names({ flows: ['realy'] })).toThrow('There is no flow "realy": --flows takes signal, relay, profiles.');
  });

  it('refuses to scale what does not start, and a name that two services have', () => {
    expect(() => names({ scale: new Map([['first', 2]]) })).toThrow(/no single service "first" to start: it is one of gateway, observer, signal-imed\./);
    expect(() => names({ all: true, scale: new Map([['last', 2]]) })).toThrow(/no single service "last"/);
  });
});
