declare global {
  /** Read by jest-environment.js. */
  var warrenTeardown: (() => Promise<void>)[] | undefined;
}

/** Has work done after the last hook of the Jest file that it is called in, last asked first done. Outside Jest nobody does it. */
export function onTeardown(work: () => Promise<void>): void {
  (globalThis.warrenTeardown ??= []).push(work);
}
