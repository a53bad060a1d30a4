/** Who this process is on the roster. */
export interface LifecycleOptions {
  service: string;
  /** `<service>-<4 hex>`, unique among the running instances. */
  instance: string;
  version: string;
}

export const lifecycleOptions = Symbol('warren.lifecycle.options');
