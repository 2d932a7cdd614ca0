/** A table as workers read it, and what may be wrong with it that its schema cannot know: pure. */

import type { LookupTableResource } from '../../crds/lookup-table.ts';
import { contentHash, lookupVersionName } from '../../crds/names.ts';
import type { LookupContent } from '../../crds/plan.ts';
import type { Cause } from '../conditions.ts';
import { labelsOf, lookupTableLabel } from '../labels.ts';
import type { ConfigMap } from '../resources.ts';
import { lookupKey } from '../worker-pod.ts';

/** What a ConfigMap holds at most, with room for its metadata. */
const mostBytes = 1_000_000;

/** The content; its hash follows from what is in it, not from the order. */
export function toContent({ metadata, spec }: LookupTableResource): LookupContent {
  const entries = spec.entries
    .map(({ from, to }) => ({ from: from.trim(), to: to.trim() }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const { onNoEntry } = spec;
  const content = { onNoEntry, ...(spec.default === undefined ? {} : { default: spec.default.trim() }), entries };
  return { table: metadata.name, hash: contentHash(content), ...content };
}

/** Whether every destination value occurs once, so that the table can be read backwards. */
export const isReversible = ({ entries }: LookupContent): boolean =>
  new Set(entries.map(({ to }) => to)).size === entries.length;

/** No owner: a version outlives its table, because runs go on with the last one. */
export function toVersion({ metadata }: LookupTableResource, content: LookupContent): ConfigMap {
  const { name, namespace } = metadata;
  return {
    metadata: {
      name: lookupVersionName(name, content.hash),
      namespace,
      labels: labelsOf('lookup-table', { [lookupTableLabel]: name }),
    },
    immutable: true,
    data: { [lookupKey]: fileOf(content) },
  };
}

const fileOf = (content: LookupContent): string => `${JSON.stringify(content)}\n`;

type Check = (content: LookupContent) => Cause | null;

const valueIsBlank: Check = ({ entries }) => {
  const blank = entries.find(({ from, to }) => from === '' || to === '');
  if (blank === undefined) return null;
  return {
    reason: 'InvalidSpec',
    message: `entry '${blank.from}': \`from\` and \`to\` must not be blank; write "(empty)" for an empty value of the source`,
  };
};

const valueOccursTwice: Check = ({ entries }) => {
  const twice = entries.find(({ from }, place) => entries[place - 1]?.from === from);
  if (twice === undefined) return null;
  return {
    reason: 'InvalidSpec',
    message: `\`from\` must occur once, '${twice.from}' occurs twice (blanks at its ends do not count)`,
  };
};

const tableIsTooLarge: Check = content => {
  const bytes = Buffer.byteLength(fileOf(content));
  if (bytes <= mostBytes) return null;
  return { reason: 'InvalidSpec', message: `the table must have at most ${mostBytes} bytes, has ${bytes}` };
};

const checks: readonly Check[] = [valueIsBlank, valueOccursTwice, tableIsTooLarge];

/** The first thing that is wrong; null for a table that can be published. */
export function firstFinding(content: LookupContent): Cause | null {
  for (const check of checks) {
    const finding = check(content);
    if (finding !== null) return finding;
  }
  return null;
}
