import { z } from 'zod';
import { levelOf, parseLogLevels } from './log-levels.js';

const LogLevel = z.string().transform(parseLogLevels);
const level = (setting: string, service: string) => levelOf(service, LogLevel.parse(setting));

describe('LOG_LEVEL', () => {
  it('holds for every service', () => expect(level('warn', 'signal-imed')).toBe('warn'));

  it('can say another level for single services', () => {
    const setting = 'warn, signal-imed=debug,gateway=trace';
    expect(['signal-imed', 'gateway', 'observer'].map((service) => level(setting, service))).toEqual(['debug', 'trace', 'warn']);
  });

  it('is info for the others when only single services are named', () => expect(level('gateway=debug', 'observer')).toBe('info'));

  it('takes capitals', () => expect(level('DEBUG', 'observer')).toBe('debug'));

  it.each(['loud', 'info,gateway=loud', ''])('refuses %j', (setting) => {
    expect(LogLevel.safeParse(setting).error?.issues[0]?.message).toMatch('must be one of silent, fatal, error, warn, info, debug, trace');
  });
});
