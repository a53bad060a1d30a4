import { colourOf, nodeOf } from './node.js';

describe('a node', () => {
  it('is called after its service and its instance, without the flow', () => {
    expect(nodeOf({ service: 'jobs-sender', instance: 'jobs-sender-3fa9' })).toMatchObject({ name: 'sender-3fa9' });
    expect(nodeOf({ service: 'gateway', instance: 'gateway-00ff' })).toMatchObject({ name: 'gateway-00ff' });
  });

  it('has 4 hex also where its instance was given another name', () => {
    const { name } = nodeOf({ service: 'jobs-sender', instance: 'left' });
    expect(name).toMatch(/^sender-[0-9a-f]{4}$/);
    expect(nodeOf({ service: 'jobs-sender', instance: 'right' }).name).not.toBe(name);
  });

  it('has one of ten colours, and keeps it', () => {
    const all = Array.from({ length: 200 }, (_, n) => colourOf(`jobs-sender-${n}`));
    expect([...new Set(all)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(colourOf('jobs-sender-7')).toBe(all[7]);
  });
});
