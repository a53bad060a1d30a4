import { normalMessage, normalStack } from './normal.js';

const [one, other] = ['3f2b8c1e-77aa-4d0e-9b1c-0a5d2f6e8c44', '0197A000-0000-7000-8000-00000000000F'];

describe('two messages are of one cause', () => {
  it.each([
    ['connect ECONNREFUSED 10.0.0.7:5432', 'connect ECONNREFUSED 10.0.12.31:5432'],
    ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED 2001:db8::8a2e:370:7334:5432'],
    ['connect ETIMEDOUT [fe80::1]:443', 'connect ETIMEDOUT [fe80::22:3]:8443'],
    ['getaddrinfo ENOTFOUND db-7.internal', 'getaddrinfo ENOTFOUND db-12.internal'],
    ['timeout of 5000ms exceeded', 'timeout of 30000ms exceeded'],
    ['Timed out after 1.5 s', 'Timed out after 12,000.25 s'],
    ['Query read timeout after 3 attempts, 1,204 rows', 'Query read timeout after 12 attempts, 7 rows'],
    [`Order ${one} not found`, `Order ${other} not found`],
    ['No user "bob"', 'No user "alice, who is new"'],
    ["No user 'bob'", "No user 'o.b@example.org'"],
    [`Key (id)=(${one}) is not present in table "users".`, 'Key (id)=(7) is not present in table "users".'],
    ['Key (email)=(bob@example.org) already exists.', 'Key (email)=(al (home) ice@example.org) already exists.'],
    ['Mail to bob@example.org bounced', 'Mail to al.ice+x@mail.example.co.uk bounced'],
    ['invalid input syntax for type integer: "12a"', 'invalid input syntax for type integer: "x"'],
    ['Unexpected token u in JSON at position 3', 'Unexpected token < in JSON at position 0'],
    ['Unexpected token \'o\', "nope" is not valid JSON', 'Unexpected token \'a\', ..."{"id": abc}, {"b":"... is not valid JSON'],
    ["Expected ',' or '}' after property value in JSON at position 12 (line 1 column 13)", "Expected ',' or '}' after property value in JSON at position 7 (line 2 column 1)"],
    ["ENOENT: no such file or directory, open '/var/lib/app/42.json'", "ENOENT: no such file or directory, open 'C:\\data\\7.json'"],
    ['Cannot read /srv/app/config.yml', 'Cannot read C:\\srv\\app\\config.yml'],
    ['GET https://api.example.org/users/42?token=abc failed', 'GET https://me:secret@api.example.org/orders failed'],
    ['Lock held since 2026-11-20T06:00:12.345Z', 'Lock held since 2026-11-21 07:11:00+01:00'],
    ['Late since Fri Nov 20 2026 06:00:00 GMT+0100 (Central European Standard Time)', 'Late since Sat, 21 Nov 2026 06:00:01 GMT'],
    ['Due on 2026-11-20', 'Due on 2027-01-01'],
    ['Commit 9fceb02d0ae598e95dc970b74767f19372d61af8 is gone', 'Commit 4b825dc6 is gone'],
    ['No document 507f1f77bcf86cd799439011', 'No document 65a1b2c3d4e5f60718293a4b'],
    ['Bad pointer 0x7ffe12', 'Bad pointer 0xDEADBEEF'],
    ['Token eyJhbGciOiJIUzI1NiJ9abc12 has expired', 'Token Zm9vYmFyYmF6MTIzNDU2Nzg5MA has expired'],
    ['Session V1StGXR8 has ended', 'Session 4fk9x has ended'],
    ['The payload is no shop.order@1: items.3.price: Invalid input', 'The payload is no shop.order@1: items.17.price: Invalid input'],
    ['Ids [1, 2, 3] are taken', 'Ids [17] are taken'],
    ['balance -12.50 is below 0', 'balance -3 is below 100'],
    ['a\n   b', 'a b'],
  ])('%s = %s', (first, second) => {
    expect(normalMessage(first)).toBe(normalMessage(second));
  });
});

describe('two messages are of two causes', () => {
  it.each([
    ['connect ECONNREFUSED 10.0.0.7:5432', 'connect ETIMEDOUT 10.0.0.7:5432'],
    ["Cannot read properties of undefined (reading 'name')", "Cannot read properties of undefined (reading 'address')"],
    ["Cannot set properties of undefined (setting 'name')", "Cannot set properties of undefined (setting 'age')"],
    ['order.total is not a function', 'order.sum is not a function'],
    ['duplicate key value violates unique constraint "users_email_key"', 'duplicate key value violates unique constraint "users_pkey"'],
    ['relation "orders" does not exist', 'relation "users" does not exist'],
    ["Cannot find module 'left-pad'", "Cannot find module 'right-pad'"],
    ['Request failed with status code 404', 'Request failed with status code 500'],
    ['HTTP 502', 'HTTP 503'],
    ['status 404.5', 'status 500.5'],
    ['GET https://api.example.org/users/42 failed', 'GET https://mail.example.org/users/42 failed'],
    ['Invalid input: expected string, received undefined', 'Invalid input: expected string, received number'],
    ['Key (email)=(x) already exists.', 'Key (name)=(x) already exists.'],
    ["can't open", "can't close"],
  ])('%s ≠ %s', (first, second) => {
    expect(normalMessage(first)).not.toBe(normalMessage(second));
  });
});

describe('a normal message', () => {
  it.each([
    [`Order ${one} of 'bob' costs 12.50 at 10.0.0.7:80 since 2026-11-20T06:00:00Z`, 'Order <id> of <text> costs <n> at <address> since <time>'],
    ["Cannot read properties of undefined (reading 'name')", "Cannot read properties of undefined (reading 'name')"],
    ["it's Bob's, isn't it", "it's Bob's, isn't it"],
    ['read and/or write', 'read and/or write'],
    ['12:30:15', '<time>'],
    ['at orders.js:12:34', 'at orders.js:<n>:<n>'],
    ['', ''],
  ])('of %s is %s', (message, normal) => {
    expect(normalMessage(message)).toBe(normal);
  });

  it('is made of the beginning of a long one', () => {
    expect(normalMessage('x '.repeat(600_000))).toHaveLength(999);
  });

  it.each(['"', "'", '/', '(', '0:', 'a@', 'f', '1.', ' ', '"a', 'http://', ')=(', '<n>, ', '1a', 'a1_', '1:'])('is made of %s without end, at once', (piece) => {
    const start = performance.now();
    normalMessage(piece.repeat(10_000));
    expect(performance.now() - start).toBeLessThan(100);
  });
});

describe('two stacks are of one cause', () => {
  const stack = `TypeError: Cannot read properties of undefined (reading 'name')
    at OrdersConsumer.take (/app/apps/orders/dist/orders.consumer.js:12:34)
    at async MessageHandler.attempt (/app/node_modules/@warren/bus/dist/consume/message-handler.js:50:22)
    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)`;

  it.each([
    ['with other lines and columns', stack.replace('12:34', '90:1')],
    ['built elsewhere', stack.replace('/app/apps', '/home/me/src')],
    ['of TypeScript with source maps', stack.replace('/app/apps/orders/dist/orders.consumer.js', '/app/apps/orders/src/orders.consumer.ts')],
    ['on Windows', stack.replace('/app/apps/orders/dist/', 'C:\\Program Files\\orders\\dist\\')],
    ['as an ES module', stack.replace('/app/apps', 'file:///app/apps')],
    ['with another version of a library', stack.replace('MessageHandler.attempt', 'MessageHandler.tryOnce')],
    ['with a caller that waits', stack.replace('at OrdersConsumer', 'at async OrdersConsumer')],
    ['already cleaned', 'OrdersConsumer.take (dist/orders.consumer.js:12:34)'],
  ])('%s', (_, same) => {
    expect(normalStack(same)).toBe('OrdersConsumer.take (orders.consumer)');
    expect(normalStack(stack)).toBe('OrdersConsumer.take (orders.consumer)');
  });

  it('only when it is the same function', () => {
    expect(normalStack(stack)).not.toBe(normalStack(stack.replace('OrdersConsumer.take', 'OrdersConsumer.check')));
  });

  it.each([
    ['a function without a name', '    at /app/src/orders.js:1:2', '(orders)'],
    ['a constructor', '    at new Order (/app/src/order.mjs:1:2)', 'new Order (order)'],
    ['a method under another name', '    at Object.take [as run] (/app/src/a.cts:1:2)', 'Object.take [as run] (a)'],
    ['libraries alone', '    at Pool.query (/app/node_modules/pg/lib/pool.js:1:2)', 'Pool.query (pool)'],
    ['Node alone', '    at JSON.parse (<anonymous>)\n    at emit (node:events:519:28)', 'emit (node:events)'],
    ['a message that looks like one', 'Error: see\nhost: 10.0.0.7:80', ''],
    ['no stack', 'nothing', ''],
  ])('%s', (_, given, normal) => {
    expect(normalStack(given)).toBe(normal);
  });

  it('as far as their nearest frames', () => {
    const deep = Array.from({ length: 20 }, (__, n) => `    at f${'x'.repeat(n)} (/app/a.js:1:1)`).join('\n');

    expect(normalStack(deep).split('\n')).toHaveLength(6);
  });
});
