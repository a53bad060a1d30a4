import { Webhook } from 'standardwebhooks';
import { runningMonitor, type Running } from '../../test/running-monitor.js';

const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'];
const other = 'whsec_plJ3nmyCDGBKInavdOK15jsl1234567A';
const body = '{"what":"DEPLOY-ü"}';
let monitor: Running;

beforeAll(async () => (monitor = await runningMonitor({ MONITOR_SECRETS: secrets.join(', ') })));
beforeEach(() => monitor.call('DELETE', '/records'));
afterAll(() => monitor.close());

function signed(secret: string, { text = body, at = new Date() } = {}) {
  return { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(at.getTime() / 1000)), 'webhook-signature': new Webhook(secret).sign('msg_1', at, text) };
}
const post = (headers: Record<string, string>) => monitor.call('POST', '/api/endpoints/signed', body, headers);

describe('where the monitor has secrets, a request', () => {
  it.each(secrets)('is taken that is signed by %s', async (secret) => {
    expect((await post(signed(secret))).status).toBe(201);
  });

  it('is taken with several signatures, one of which is right', async () => {
    const headers = signed(secrets[1]!);

    expect((await post({ ...headers, 'webhook-signature': `${signed(other)['webhook-signature']} ${headers['webhook-signature']}` })).status).toBe(201);
  });

  it.each([
    ['without a signature', {}],
    ['signed by another secret', signed(other)],
    ['signed over another body', signed(secrets[0]!, { text: '{}' })],
    ['under another id', { ...signed(secrets[0]!), 'webhook-id': 'msg_2' }],
    ['that is 6 minutes old', signed(secrets[0]!, { at: new Date(Date.now() - 360_000) })],
    ['with something else for a signature', { ...signed(secrets[0]!), 'webhook-signature': 'v1 v1, ,' }],
  ])('is refused, and kept, %s', async (_, headers) => {
    const answer = await post(headers);

    expect({ status: answer.status, problem: await answer.json() }).toMatchObject({ status: 401, problem: { code: 'wrong-signature' } });
    expect(await monitor.records()).toMatchObject([{ status: 401, body }]);
  });
});
