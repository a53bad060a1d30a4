import { isUuid } from '@warren/protocol';
import { requestId } from './request-id.js';

const asked = { key: 'key', route: 'POST /redrive', body: { group: 'g1' } };

describe('the id of a request', () => {
  it('is the same for the same key of the same caller', () => {
    expect(requestId(asked, 'anna')).toBe(requestId({ ...asked, body: { group: 'g1' } }, 'anna'));
    expect(isUuid(requestId(asked, 'anna'))).toBe(true);
  });

  it.each([
    ['another key', { ...asked, key: 'other' }, 'anna'],
    ['another route', { ...asked, route: 'POST /discard' }, 'anna'],
    ['another body', { ...asked, body: { group: 'g2' } }, 'anna'],
    ['no body', { ...asked, body: undefined }, 'anna'],
    ['another caller', asked, 'bert'],
    ['no key', { ...asked, key: undefined }, 'anna'],
  ])('is another for %s', (_, other, caller) => expect(requestId(other, caller)).not.toBe(requestId(asked, 'anna')));

  it('is a new one each time where there is no key', () => {
    const once = { ...asked, key: undefined };

    expect(requestId(once, 'anna')).not.toBe(requestId(once, 'anna'));
  });
});
