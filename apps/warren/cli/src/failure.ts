/** The command could not do what it was asked for: one line for stderr, and exit code 1. */
export class Failure extends Error {
  override name = 'Failure';
}

/** Not a failure of ours for ever: the gateway, or what it needs, is away for now. */
export class Unreachable extends Failure {
  override name = 'Unreachable';
}
