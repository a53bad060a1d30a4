import { bodyOf, bodyTemplate, releaseOf } from './release.js';

/** As a template engine would, for values that are strings. */
const rendered = (n: number) => {
  const { attributes, ...rest } = releaseOf(n);
  const values: Record<string, string> = { ...rest, ...Object.fromEntries(Object.entries(attributes).map(([key, value]) => [`attributes.${key}`, value])) };
  return bodyTemplate.replaceAll(/\{\{ ([\w.]+) \}\}/g, (_, field: string) => JSON.stringify(values[field]).slice(1, -1));
};

describe('what is delivered', () => {
  it('differs from release to release', () => {
    expect(bodyOf(releaseOf(1))).not.toBe(bodyOf(releaseOf(2)));
  });

  it("is the same of Warren's template as of the others", () => {
    expect(rendered(255)).toBe(bodyOf(releaseOf(255)));
  });

  it('is as long as its comment says', () => {
    expect(Math.round(bodyOf(releaseOf(1_000)).length / 10) * 10).toBe(230);
  });
});
