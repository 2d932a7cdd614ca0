/** One rule of a mapping, as a user writes it. */
import { z } from 'zod';
import { onNoEntry } from './lookup-table.ts';
import { reference } from './references.ts';

export const rule = z
  .object({
    set: z.string().min(1).max(60).describe('The destination field'),
    from: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('A path in the source record, for example billingAddress.city'),
    constant: z.string().max(1000).optional().describe('Always this value'),
    expression: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .describe('A CEL expression over record, source and run, for example record.firstName + " " + record.lastName'),
    default: z.string().max(1000).optional().describe('Used where the input is absent or empty, before the lookup'),
    lookup: z
      .object({
        name: reference(50, 'LookupTable').shape.name,
        onNoEntry: onNoEntry.optional().describe('For this rule only: what a value without an entry becomes'),
      })
      .optional()
      .describe('Translate the value through a LookupTable'),
    required: z.boolean().optional().describe('A record without a value for this field fails'),
  })
  .meta({
    'x-kubernetes-validations': [
      {
        rule: '(has(self.from) ? 1 : 0) + (has(self.constant) ? 1 : 0) + (has(self.expression) ? 1 : 0) == 1',
        message: 'must have exactly one of `from`, `constant`, `expression`',
      },
    ],
  })
  .describe('How one destination field is made');

export type MappingRule = z.output<typeof rule>;
