/** What may be wrong with a connection that its schema cannot know: named, pure. */
import { type ConnectionResource, systemOf } from '../../crds/connection.ts';
import type { Cause } from '../conditions.ts';

type Spec = ConnectionResource['spec'];
type Check = (spec: Spec) => Cause | null;

const systemIsMissing: Check = spec =>
  systemOf(spec) === null ? invalid('no system is given that this release knows') : null;

const urlIsUnusable: Check = spec => {
  const text = systemOf(spec)?.config.url;
  if (typeof text !== 'string') return null;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return invalid(`\`url\` must be a URL with https, is '${text}'`);
  if (url.username !== '' || url.password !== '')
    return invalid('`url` must not hold credentials; they belong into the Secret');
  if (url.search !== '' || url.hash !== '') return invalid('`url` must end with its path, without ? and #');
  return null;
};

const invalid = (message: string): Cause => ({ reason: 'InvalidSpec', message });

const checks: readonly Check[] = [systemIsMissing, urlIsUnusable];

/** The first thing that is wrong; null for a connection that can be probed. */
export function firstFinding(spec: Spec): Cause | null {
  for (const check of checks) {
    const finding = check(spec);
    if (finding !== null) return finding;
  }
  return null;
}
