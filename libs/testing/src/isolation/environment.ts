/** A server that integration tests share. @throws with one line that says where it comes from. */
export function sharedServer(variable: 'AMQP_URL' | 'AMQP_MANAGEMENT_URL' | 'DATABASE_URL'): URL {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} is not set: "npm test" starts the servers for integration tests; for one test file, set it to a server of yours.`);
  return new URL(value);
}
