/** The permissions of all controllers as rules of a Role: merged, sorted, every verb named. */
import type { Permission } from './permissions.ts';

export interface Rule {
  apiGroups: [string];
  resources: string[];
  verbs: string[];
}

/** What the loop itself does: events. Its Lease has a role of its own in the chart. */
export const loopPermissions: Permission[] = [
  {
    apiGroup: 'events.k8s.io',
    resources: ['events'],
    verbs: ['create', 'patch'],
    because: 'what happened, for people',
  },
];

/** One rule per API group and set of verbs. Refuses what this operator must never be able to do. */
export function toRules(permissions: readonly Permission[]): Rule[] {
  const verbsOf = new Map<string, Set<string>>();
  for (const { apiGroup, resources, verbs } of permissions) {
    for (const resource of resources) {
      if (/^secrets|^pods\/(exec|attach|portforward)|\*/.test(resource))
        throw new Error(`no controller may touch ${resource}`);
      const key = `${apiGroup}|${resource}`;
      verbsOf.set(key, new Set([...(verbsOf.get(key) ?? []), ...verbs]));
    }
  }
  const rules = new Map<string, Rule>();
  for (const [key, set] of [...verbsOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [apiGroup = '', resource = ''] = key.split('|');
    const verbs = [...set].sort();
    const same = `${apiGroup}|${verbs.join()}`;
    const rule = rules.get(same) ?? { apiGroups: [apiGroup], resources: [], verbs };
    rule.resources.push(resource);
    rules.set(same, rule);
  }
  return [...rules.values()];
}
