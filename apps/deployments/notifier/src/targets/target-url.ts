/** What is wrong with the url of a target, undefined where nothing is. Never shows it: it may hold a token. */
export function urlProblem(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return 'must begin with http:// or https:// and name a host';
  if (parsed.username || parsed.password) return 'must not hold credentials: write them as a reference in a header (authorization)';
  return undefined;
}
