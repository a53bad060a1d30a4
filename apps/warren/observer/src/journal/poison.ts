/** SQLSTATE classes that the data of a row causes, and that a later attempt meets again (PostgreSQL, appendix A). */
const dataClasses = ['22', '23', '54'];

/** Whether it is the records themselves that cannot be written, not the database that is away. */
export function isPoison(error: unknown): boolean {
  if (error instanceof TypeError || error instanceof RangeError) return true;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.length === 5 && dataClasses.includes(code.slice(0, 2));
}
