/** Whether a request asks how the process is, which is none that the service is there for. */
export const isProbe = (url = ''): boolean => url.startsWith('/health/') || url.startsWith('/metrics');
