import { Client, type ClientConfig, type QueryResult } from 'pg';

type Callback = (error: Error | null, result: QueryResult) => void;

/**
 * A client for pools that ends its connection when a query is not answered within `limit`, in milliseconds. With pg's own `query_timeout` a transaction keeps its
 * connection, and what comes next waits behind the query.
 *
 * It gives pg a callback each time, since pg makes one where there is none, and one more for `query_timeout`, as `query.callback = () => …`. V8 takes a function
 * that is made where it is assigned to a property for a method, and puts it among the old objects at once: what it knows of, here the query with its values and rows,
 * then stays until everything is collected. Source: CheckAssigningFunctionLiteralToProperty in V8's parser.h.
 */
export const timeLimitedClient = (limit: number): (new (config?: string | ClientConfig) => Client) => class TimeLimitedClient extends Client {
  private late: Error | undefined;

  /** As pg's, but that a callback is an argument of its own, and that what brings its own `submit` has no limit. `never` is what all of pg's results can be taken for. */
  override query(config: unknown, values?: unknown, callback?: unknown): never {
    const given = [values, callback].find((each) => typeof each === 'function') as Callback | undefined;
    if (!isText(config)) return this.submitted(config, given);
    const { promise, resolve, reject } = Promise.withResolvers<QueryResult>();
    const answer: Callback = given ?? ((error, result) => (error ? reject(error) : resolve(result)));
    const timer = setTimeout(() => this.giveUp(), limit);
    const answered: Callback = (error, result) => {
      clearTimeout(timer);
      answer(error && (this.late ?? error), result);
    };
    super.query(config, (typeof values === 'function' ? undefined : values) as unknown[], answered);
    return (given ? undefined : promise) as never;
  }

  private submitted(query: unknown, callback: Callback | undefined): never {
    if (!callback) return super.query<never>(query as never);
    super.query(query as string, [], callback);
    return query as never;
  }

  /** On a cut network nobody would answer a goodbye. */
  private giveUp(): void {
    this.late ??= new Error(`Postgres has not answered within ${limit} ms: the connection was ended.`);
    void this.end();
    this.connection.stream.destroy();
  }
};

/** Typed as one of the two. */
const isText = (config: unknown): config is string =>
  typeof config === 'string' || (typeof config === 'object' && config !== null && 'text' in config && !('submit' in config));
