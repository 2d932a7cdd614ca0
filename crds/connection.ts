/** Connection: one account in one system. Its members come from the catalogue of connectors. */
import { z } from 'zod';
import { catalogue, type System } from '../connectors/index.ts';
import { age, defineKind, message, type Resource, ready, reason } from './kind.ts';
import { objectReference, statusBase, time, usedBy } from './references.ts';

type Members = { [S in System]: z.ZodOptional<(typeof catalogue)[S]['facts']['config']> };

const systems = Object.keys(catalogue).sort() as System[];

const members = Object.fromEntries(
  systems.map(system => [
    system,
    catalogue[system].facts.config.optional().describe(catalogue[system].facts.description),
  ]),
) as Members;

const limits = z
  .object({
    concurrent: z.int().min(1).max(64).optional().describe('Requests at the same time'),
    requests: z.int().min(1).max(1_000_000).optional().describe('Requests in one window'),
    windowSeconds: z.int().min(1).max(86_400).optional().describe('Length of that window in seconds'),
  })
  .describe('What may be asked of the system; the defaults are those of its connector');

const spec = z.object({
  ...members,
  credentialsSecretRef: objectReference('Secret with the credentials').describe(
    'The Secret with the credentials and the key allowedHosts: the hosts they may be sent to',
  ),
  caBundleRef: objectReference('ConfigMap with the key ca.pem')
    .optional()
    .describe('A ConfigMap with the key ca.pem: certificate authorities trusted beside the public ones'),
  limits: limits.optional(),
  sameSystemAs: z
    .string()
    .max(300)
    .optional()
    .describe(
      'After a move: the fingerprint the system had before (status.fingerprint), so that runs go on where they were',
    ),
});

const status = z.object({
  ...statusBase,
  fingerprint: z.string().max(300).optional().describe('What makes this the same system: host, path, company'),
  lastProbeTime: time('When the system last answered, or failed to').optional(),
  systemVersion: z.string().max(100).optional().describe('The version the system tells'),
  usedBy: usedBy.optional(),
});

export const connection = defineKind({
  kind: 'Connection',
  plural: 'connections',
  singular: 'connection',
  shortNames: ['conn'],
  description: 'One account in one system: exactly one member says which',
  maxNameLength: 50,
  spec,
  specRules: [
    {
      rule: `${systems.map(system => `(has(self.${system}) ? 1 : 0)`).join(' + ')} == 1`,
      message: `must have exactly one of ${systems.map(system => `\`${system}\``).join(', ')}`,
    },
    {
      rule: '!has(self.limits) || has(self.limits.requests) == has(self.limits.windowSeconds)',
      message: '`limits.requests` and `limits.windowSeconds` must be given together',
    },
  ],
  status,
  columns: [
    ready,
    {
      name: 'Reachable',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="Reachable")].status',
      description: 'Whether the system answered',
    },
    {
      name: 'Credentials',
      type: 'string',
      jsonPath: '.status.conditions[?(@.type=="CredentialsValid")].status',
      description: 'Whether the system accepted the credentials',
    },
    { name: 'Last Probe', type: 'date', jsonPath: '.status.lastProbeTime', description: 'When it was last asked' },
    reason,
    message,
    {
      name: 'Fingerprint',
      type: 'string',
      jsonPath: '.status.fingerprint',
      wide: true,
      description: 'Which system it is',
    },
    age,
  ],
  selectableFields: [],
});

export type ConnectionResource = Resource<typeof connection>;

/** The member that is set: the name of the system and its config. */
export function systemOf(spec: ConnectionResource['spec']): { system: System; config: Record<string, unknown> } | null {
  for (const system of systems) {
    const config = spec[system];
    if (config !== undefined) return { system, config };
  }
  return null;
}

/** What makes two connections the same system. */
export function fingerprint(spec: ConnectionResource['spec']): string {
  const found = systemOf(spec);
  return found === null ? '' : `${found.system} ${catalogue[found.system].facts.identity(found.config as never)}`;
}
