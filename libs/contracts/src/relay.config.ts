const usual = 15 * 60_000;

/**
 * How long a journey of the relay may be open, in milliseconds: RELAY_DEADLINE. 15 minutes unless told otherwise, in which 1,000 messages pass with the usual waits.
 * What is no such number is refused by the settings of the services.
 */
export function relayDeadline(): number {
  const told = Number(process.env['RELAY_DEADLINE'] || usual);
  return Number.isSafeInteger(told) && told > 0 ? told : usual;
}
