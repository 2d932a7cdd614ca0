/** Query options of a collection: the five that Sage documents. */
import { type Filter, parseFilter } from './filter.ts';
import { Refusal } from './refusal.ts';
import type { Resource } from './resource.ts';

export interface Options {
  filter: Filter | null;
  select: readonly string[] | null;
  top: number | null;
  skip: number;
  count: boolean;
}

const known = new Set(['$filter', '$select', '$top', '$skip', '$count']);

/** Throws `InvalidParameters`; options without a dollar are the client's own and mean nothing. */
export function parseOptions(resource: Resource, query: string): Options {
  const given = new Map([...new URLSearchParams(query)].filter(([name]) => name.startsWith('$')));
  const strange = [...given.keys()].find(name => !known.has(name));
  if (strange !== undefined) throw new Refusal('InvalidParameters', `The query option ${strange} is not supported.`);
  const filter = given.get('$filter');
  const count = given.get('$count') ?? 'false';
  if (count !== 'true' && count !== 'false') throw invalid('$count', count);
  return {
    filter: filter === undefined ? null : parseFilter(resource.properties, filter),
    select: selected(resource, given.get('$select')),
    top: number('$top', given.get('$top')),
    skip: number('$skip', given.get('$skip')) ?? 0,
    count: count === 'true',
  };
}

function selected(resource: Resource, text: string | undefined): string[] | null {
  if (text === undefined || text === '' || text === '*') return null;
  const names = new Set(text.split(',').map(name => name.trim()));
  for (const name of names) if (!resource.properties.has(name)) throw invalid('$select', name);
  return [...resource.properties.keys()].filter(name => names.has(name));
}

function number(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d+$/.test(text)) throw invalid(name, text);
  return Number(text);
}

function invalid(name: string, value: string): Refusal {
  return new Refusal('InvalidParameters', `The value ${value} of ${name} is not valid.`);
}
