import { monitorConfig } from './monitor.config.js';

const read = (text: string) => {
  process.env['MONITOR_SECRETS'] = text;
  return monitorConfig();
};
afterEach(() => delete process.env['MONITOR_SECRETS']);

describe('MONITOR_SECRETS', () => {
  it('are none where nothing is set', () => {
    expect(read('')).toEqual({ secrets: [] });
  });

  it('are a list with commas between', () => {
    expect(read('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw, whsec_AAAA')).toEqual({ secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAAA'] });
  });

  it.each(['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_', 'whsec_no base64!', 'whsec_AAAA;whsec_BBBB'])('are not %j, which is not shown', (text) => {
    expect(() => read(text)).toThrow(/^MONITOR_SECRETS must be secrets such as whsec_<base64>, with commas between$/);
  });
});
