/** Whether only this machine can reach an address or name (RFC 6890, 127.0.0.0/8 and ::1). */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** The name in a Host header, without its port and in lower case. */
export const hostName = (header: string): string => header.toLowerCase().replace(/:\d+$/, '');
