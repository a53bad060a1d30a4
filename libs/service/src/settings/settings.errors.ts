/** What the environment says cannot be used: the message lists every problem, on one line and without the values. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}
