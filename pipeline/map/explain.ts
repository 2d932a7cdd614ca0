/** A mapped record as a table for people: every field, its value, and why it has that value. */
import type { Translation } from './lookup.ts';
import type { MappedField, MappedRecord } from './mapping.ts';

const longestValue = 60;

export function explain({ fields, problem }: MappedRecord): string {
  const rows = fields.map(field => [field.set, shown(field), why(field)]);
  const outcome = problem
    ? `${problem.outcome === 'Held' ? 'It would be held' : 'It would fail'}: ${problem.code ?? problem.reason}: ${problem.message}`
    : 'It would be sent, unless nothing has changed since it was last sent.';
  return `${table([['FIELD', 'VALUE', 'WHY'], ...rows])}\n\n${outcome}`;
}

function shown({ value, problem }: MappedField): string {
  if (problem) return '✗';
  if (value === undefined) return '(left alone)';
  return value === null ? '(emptied)' : quoted(value);
}

function why({ origin, input, defaulted, lookup, problem }: MappedField): string {
  const steps = [
    origin.startsWith('constant') || input === undefined ? origin : `${origin} = ${quoted(input)}`,
    ...(defaulted ? ['empty, so the default'] : []),
    ...(lookup ? [`${lookup.table}: ${told(lookup.translation)}`] : []),
    ...(problem ? [`${problem.code ?? problem.reason}: ${problem.message}`] : []),
  ];
  return steps.join('; ');
}

function told(translation: Translation): string {
  switch (translation.kind) {
    case 'Entry':
      return `row ${translation.row}`;
    case 'Default':
      return 'no entry, so its default';
    case 'PassThrough':
      return 'no entry, passed through';
    case 'Miss':
      return `no entry (${translation.policy})`;
  }
}

function quoted(value: unknown): string {
  const text =
    JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? String(value);
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/** Columns as wide as their widest cell; the last one is not padded. */
function table(rows: string[][]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(row =>
      row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
    )
    .join('\n');
}
