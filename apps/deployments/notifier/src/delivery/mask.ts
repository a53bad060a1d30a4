export type Mask = (text: string) => string;

/** Puts *** in place of every secret, also where it is written as in a URL or in JSON. The longest first: one may be a part of another. */
export function maskOf(secrets: readonly string[]): Mask {
  const forms = new Set(secrets.flatMap((secret) => [secret, encoded(secret), JSON.stringify(secret).slice(1, -1)]).filter(Boolean));
  const longestFirst = [...forms].sort((one, other) => other.length - one.length);
  return (text) => longestFirst.reduce((masked, secret) => masked.replaceAll(secret, () => '***'), text);
}

/** Half a character is none. */
const encoded = (secret: string): string => encodeURIComponent(Buffer.from(secret).toString());
