import { announcement, consumer, contract } from '../../test/deliveries.js';
import { consumersOf, contractsOf, Registry } from './registry.js';

function registry(): Registry {
  const announced = announcement({
    flows: [{ name: 'signal', exchange: 'wires', contracts: [contract({ line: '{new}', version: 2, type: 'signal.original@2' }), contract({ line: '{old}' })] }],
    consumers: [consumer({ exchange: 'wires', pattern: 'my.*' }), consumer({ queue: 'all', exchange: 'wires', pattern: '#' })],
  });
  return new Registry(1, contractsOf(announced), consumersOf(announced));
}

describe('the registry', () => {
  it('knows the flow of an exchange, and calls an unknown one after its exchange', () => {
    expect([registry().flowOf('wires'), registry().flowOf('other')]).toEqual(['signal', 'other']);
  });

  it.each([
    ['by its type', 'signal.original@1', '{old}'],
    ['by its topic where the type is unknown', 'signal.original@9', '{new}'],
    ['by its topic where it has no type', undefined, '{new}'],
  ])('knows how to show a message %s', (_, type, line) => {
    expect(registry().renderingOf('wires', 'my.o', type)).toMatchObject({ line });
  });

  it('does not let a type stand for another exchange’s message', () => {
    expect(registry().renderingOf('other', 'my.o', 'signal.original@1')).toEqual({ secret: [], search: [], line: undefined });
  });

  it.each([
    ['by its type', 'signal.imed', 'signal.original@1', '{old}'],
    ['by its type, wherever it died', 'unknown', 'signal.original@1', '{old}'],
    ['as what the consumer of its queue takes, where its type is unknown', 'signal.imed', 'signal.original@9', '{old}'],
    ['as what the consumer of its queue takes, where it has no type', 'signal.imed', undefined, '{old}'],
    ['as it is, where nothing is known', 'unknown', 'signal.original@9', undefined],
  ])('knows how to show what died in a queue %s', (_, queue, type, line) => {
    expect(registry().renderingOfQueue(queue, type).line).toBe(line);
  });

  it('knows the queues that a message is routed to', () => {
    const queues = (exchange: string, topic: string) => registry().consumersOf(exchange, topic).map(({ queue }) => queue);

    expect([queues('wires', 'my.o'), queues('wires', 'your.o'), queues('other', 'my.o')]).toEqual([['signal.imed', 'all'], ['all'], []]);
  });

  it('forgets a consumer that is retired, and knows it again when it is announced', () => {
    const changed = registry();
    changed.retire('all');
    expect(changed.consumersOf('wires', 'my.o').map(({ queue }) => queue)).toEqual(['signal.imed']);

    changed.add([], [{ ...consumer({ queue: 'all', exchange: 'wires', pattern: '#' }), service: 's' }]);
    expect(changed.consumersOf('wires', 'your.o').map(({ queue }) => queue)).toEqual(['all']);
  });

  it('can be copied, and the copy changed', () => {
    const original = registry();
    original.copy().add([], [{ ...consumer({ queue: 'more', exchange: 'wires', pattern: '#' }), service: 's' }]);

    expect(original.consumersOf('wires', 'x')).toHaveLength(1);
  });
});
