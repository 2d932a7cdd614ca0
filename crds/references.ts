/** Names, references and pieces of status that several kinds share. */
import { z } from 'zod';
import { conditions } from './conditions.ts';

const label = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** The name of something inside an object: a DNS label. */
export const name = (max: number, description: string) => z.string().min(1).max(max).regex(label).describe(description);

/** A reference to an object of the same namespace. */
export const reference = (max: number, what: string) =>
  z.object({ name: name(max, `Name of the ${what}`) }).describe(`The ${what}, in the same namespace`);

/** Names of Secrets and ConfigMaps may hold dots. */
export const objectReference = (what: string) =>
  z.object({
    name: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
      .describe(`Name of the ${what}`),
  });

export const time = (description: string) => z.iso.datetime().describe(description);

/** Who uses an object: how many, and the first ten names. */
export const usedBy = z
  .object({
    count: z.int().min(0).describe('How many workflows use it'),
    names: z.array(z.string().max(63)).max(10).describe('The first ten of them by name'),
  })
  .describe('The workflows that use this object');

/** What the status of every long-living kind begins with. */
export const statusBase = {
  observedGeneration: z.int().optional().describe('The generation of the spec this status speaks about'),
  conditions,
  lastHandledReconcileAt: z
    .string()
    .max(200)
    .optional()
    .describe('The last value of the annotation supercargo.dev/reconcile-requested-at that was acted on'),
};
