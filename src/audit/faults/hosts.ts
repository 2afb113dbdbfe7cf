/** Names of hosts near another. */
import { NotApplicable } from '../fault.ts';

/** The domain above a host. @throws NotApplicable where there is none */
export function parentOf(host: string): string {
  const [, ...labels] = host.split('.');
  if (labels.length === 0 || /^[\d.]+$/.test(host)) throw new NotApplicable(`${host} has no parent domain`);
  return labels.join('.');
}
