import { type Gauge } from 'prom-client';

/** Milliseconds for which figures are good: many scrapes at once ask once. */
const goodFor = 3000;

export interface Sample {
  labels?: Record<string, string | number>;
  value: number;
}

/** Sets a gauge to what is read; what cannot be read is left out. */
export function collecting(read: () => Promise<Sample[]>, labelled: boolean) {
  return async function (this: Gauge): Promise<void> {
    const samples = await read().catch((): Sample[] => []);
    this.reset();
    if (samples.length === 0 && !labelled) this.remove(); // without labels a reset leaves 0
    for (const { labels = {}, value } of samples) this.set(labels, value);
  };
}

/** Reads again when what was read is older than goodFor. */
export function kept<T>(read: () => Promise<T>): () => Promise<T> {
  let last: { value: Promise<T>; at: number } | undefined;
  return () => {
    if (!last || Date.now() - last.at > goodFor) last = { value: read(), at: Date.now() };
    return last.value;
  };
}
