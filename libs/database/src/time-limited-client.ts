import { Client, type ClientConfig, type QueryResult } from 'pg';

type Callback = (error: Error | null, result: QueryResult) => void;

/**
 * A client for pools that ends its connection when a query takes longer than `limit`, in milliseconds, so that no later one waits behind it: with pg's own
 * `query_timeout` the connection stays.
 *
 * It gives pg a callback each time, since pg else makes one itself, as `query.callback = () => …`. V8 takes a function that is made where it is assigned
 * to a property for a method, and puts it among the old objects at once: what it knows of, here the query with its values and rows, then stays until
 * everything is collected. Source: CheckAssigningFunctionLiteralToProperty in V8's parser.h.
 */
export const timeLimitedClient = (limit: number): (new (config?: string | ClientConfig) => Client) => class TimeLimitedClient extends Client {
  /** In any of pg's forms; `never` is what all of their results can be taken for. */
  override query(config: unknown, values?: unknown, callback?: unknown): never {
    if (typeof (config as { submit?: unknown } | null)?.submit === 'function') return super.query<never>(config as never);
    const given = [values, callback].find((each) => typeof each === 'function') as Callback | undefined;
    const { promise, resolve, reject } = Promise.withResolvers<QueryResult>();
    const answer: Callback = given ?? ((error, result) => (error ? reject(error) : resolve(result)));
    const timer = setTimeout(() => void this.end(), limit);
    const answered: Callback = (error, result) => {
      clearTimeout(timer);
      answer(error, result);
    };
    super.query(config as string, (typeof values === 'function' ? undefined : values) as unknown[], answered);
    return (given ? undefined : promise) as never;
  }
};
