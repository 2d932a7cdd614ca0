/** What a controller may do, declared beside the code that does it. `generate.ts` makes the chart's roles from all of them. */

type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';

export interface Permission {
  apiGroup: string;
  resources: string[];
  verbs: Verb[];
  /** Why, for whoever reads the role. */
  because: string;
}

const read: Verb[] = ['get', 'list', 'watch'];

export const reads = (apiGroup: string, resource: string, because: string): Permission => ({
  apiGroup,
  resources: [resource],
  verbs: read,
  because,
});

/** The status of a kind, and its name as an owner: some clusters want `update` on finalizers for that. */
export const servesKind = (plural: string): Permission[] => [
  reads('supercargo.dev', plural, 'the kind itself'),
  { apiGroup: 'supercargo.dev', resources: [`${plural}/status`], verbs: ['patch'], because: 'its status' },
  {
    apiGroup: 'supercargo.dev',
    resources: [`${plural}/finalizers`],
    verbs: ['update'],
    because: 'it owns what we make',
  },
];
