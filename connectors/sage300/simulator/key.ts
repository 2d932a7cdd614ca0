/** Keys in a URL: `('1200')`, `(CustomerNumber='1501',ShipToLocationKey='OFFICE')`, named parts in any order. */
import type { Entity } from '../../../test/servers/collection.ts';
import { Refusal } from './refusal.ts';
import type { Resource } from './resource.ts';

const part = /^\s*(?:(\w+)\s*=\s*)?('(?:[^']|'')*'|-?\d+)\s*(,|$)/;

/** The key's properties, folded as the view folds them. */
export function parseKey(resource: Resource, text: string): Entity {
  const values = new Map<string, string>();
  let rest = text;
  for (let place = 0; rest !== ''; place += 1) {
    const match = part.exec(rest);
    const name = match?.[1] ?? resource.key[place];
    if (!match || name === undefined || !resource.key.includes(name) || values.has(name)) throw invalid(resource, text);
    values.set(name, literal(resource, name, match[2] ?? ''));
    rest = rest.slice(match[0].length);
    if (match[3] === ',' && rest === '') throw invalid(resource, text);
  }
  if (values.size !== resource.key.length) throw invalid(resource, text);
  return Object.fromEntries([...values].map(([name, value]) => [name, fold(resource, name, value)]));
}

export function fold(resource: Resource, name: string, value: string): string {
  const trimmed = value.trimEnd();
  return resource.properties.get(name)?.folded ? trimmed.toUpperCase() : trimmed;
}

/** Text in quotes, a quote in it doubled; numbers only where the key is one. */
function literal(resource: Resource, name: string, text: string): string {
  const quoted = text.startsWith("'");
  if (quoted === (resource.properties.get(name)?.type === 'integer')) throw invalid(resource, text);
  return quoted ? text.slice(1, -1).replaceAll("''", "'") : text;
}

function invalid(resource: Resource, text: string): Refusal {
  return new Refusal('InvalidEntityKey', `The key (${text}) is not valid for ${resource.name}.`);
}
