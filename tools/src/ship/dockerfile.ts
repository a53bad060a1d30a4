/** The commands that RUN lines of a Dockerfile's stage carry out, in order. */
export function runSteps(dockerfile: string, stage: string): string[] {
  const [, ...stages] = dockerfile.split(/^FROM /m);
  const text = stages.find((one) => one.split('\n')[0]?.endsWith(` AS ${stage}`));
  if (text === undefined) throw new Error(`The Dockerfile has no stage "${stage}".`);
  return [...text.matchAll(/^RUN (.+)$/gm)].map(([, command]) => command ?? '');
}
