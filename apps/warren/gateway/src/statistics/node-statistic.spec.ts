import { BrokerNode, coreOf, withSockets } from './node-statistic.js';

const connections = [{ node: 'a@host' }, { node: 'b@host' }, { node: 'a@host' }, {}];

describe('the statistic of a node', () => {
  it('counts connections where the broker tells no sockets, as RabbitMQ 4', () => {
    expect(withSockets(BrokerNode.parse({ name: 'a@host', running: true, sockets_used: 0 }), connections).sockets_used).toBe(2);
  });

  it('keeps the sockets that RabbitMQ 3.10 tells', () => {
    expect(withSockets(BrokerNode.parse({ name: 'a@host', running: true, sockets_used: 7 }), connections).sockets_used).toBe(7);
  });

  it('is zeros for a node that does not run', () => {
    expect(coreOf(BrokerNode.parse({ name: 'b@host', running: false }))).toEqual({ fd_used: 0, sockets_used: 0, mem_used: 0, disk_free: 0, uptime: 0 });
  });
});
