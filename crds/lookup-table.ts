/** LookupTable: a named list that translates one value into another. */
import { z } from 'zod';
import { age, defineKind, message, type Resource, ready, reason } from './kind.ts';
import { statusBase, usedBy } from './references.ts';

/** What a value without an entry becomes. */
export const onNoEntry = z.enum(['Fail', 'Default', 'Hold', 'PassThrough']);

const entry = z.object({
  from: z
    .string()
    .min(1)
    .max(100)
    .describe('Value in the source, compared exactly; "(empty)" stands for an empty value'),
  to: z.string().min(1).max(100).describe('Value in the destination'),
  comment: z.string().max(500).optional().describe('For people'),
});

const spec = z.object({
  entries: z
    .array(entry)
    .max(10_000)
    .meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['from'] })
    .describe('The entries; a source value occurs once'),
  onNoEntry: onNoEntry
    .default('Fail')
    .describe(
      'For a value without an entry: fail the record, use the default, hold the record, or pass the value through',
    ),
  default: z.string().max(100).optional().describe('The value used with onNoEntry: Default'),
});

const status = z.object({
  ...statusBase,
  entries: z.int().min(0).optional().describe('How many entries the table has'),
  reversible: z
    .boolean()
    .optional()
    .describe('Whether every destination value occurs once, so that it can be read backwards'),
  version: z.string().max(63).optional().describe('Hash of the content that runs use'),
  usedBy: usedBy.optional(),
});

export const lookupTable = defineKind({
  kind: 'LookupTable',
  plural: 'lookuptables',
  singular: 'lookuptable',
  shortNames: ['lut'],
  description: 'A named list that translates values of the source into values of the destination',
  maxNameLength: 50,
  spec,
  specRules: [
    {
      rule: "self.onNoEntry != 'Default' || has(self.default)",
      message: '`default` must be set with `onNoEntry: Default`',
    },
  ],
  status,
  columns: [
    ready,
    { name: 'Entries', type: 'integer', jsonPath: '.status.entries', description: 'How many entries it has' },
    { name: 'Used By', type: 'integer', jsonPath: '.status.usedBy.count', description: 'How many workflows use it' },
    reason,
    message,
    age,
  ],
  selectableFields: [],
});

export type LookupTableResource = Resource<typeof lookupTable>;
export type OnNoEntry = z.output<typeof onNoEntry>;
