/** The resources of the Web API that are simulated. Verbs and keys: Sage's Endpoint Reference of August 2022. */
import type { Entity } from '../../../test/servers/collection.ts';
import { customerProperties } from './customer-properties.ts';
import { groupProperties, shipToProperties, taxGroupProperties, termsProperties } from './other-properties.ts';
import type { Property } from './property.ts';

export type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Resource {
  name: string;
  module: string;
  /** In the order of the metadata: an unnamed key follows it. */
  key: readonly string[];
  verbs: readonly Verb[];
  properties: ReadonlyMap<string, Property>;
  /** Those of them that are collections. */
  collections: readonly Property[];
  /** What an entity has where nothing was set. */
  initial: Entity;
}

const all: readonly Verb[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** Another stream adds its resource here, and in `company.ts` what it refers to. */
export const resources: readonly Resource[] = [
  resource('AR', 'ARCustomers', ['CustomerNumber'], all, customerProperties),
  resource('AR', 'ARShipToLocations', ['CustomerNumber', 'ShipToLocationKey'], all, shipToProperties),
  resource('AR', 'ARCustomerGroups', ['GroupCode'], all, groupProperties),
  resource('AR', 'ARTerms', ['TermsCode'], all, termsProperties),
  resource('TX', 'TXTaxGroups', ['TaxGroupKey', 'TransactionType'], ['GET'], taxGroupProperties),
];

function resource(
  module: string,
  name: string,
  key: readonly string[],
  verbs: readonly Verb[],
  properties: readonly Property[],
): Resource {
  const initial = Object.fromEntries(properties.map(property => [property.name, property.initial]));
  const byName = new Map(properties.map(property => [property.name, property]));
  const collections = properties.filter(({ details }) => details);
  return { name, module, key, verbs, initial, collections, properties: byName };
}

/** The key as one text, as the control API takes it: parts with a slash between them. */
export function keyText({ key, initial }: Resource, entity: Entity): string {
  return key.map(name => String(entity[name] ?? initial[name])).join('/');
}

/** As the API shows it: every property, also those that were never set. */
export function shown(resource: Resource, entity: Entity): Entity {
  const whole: Entity = { ...resource.initial, ...entity };
  for (const { name, details } of resource.collections) {
    const entries = whole[name];
    if (!details || !Array.isArray(entries)) continue;
    const initial = Object.fromEntries(details.properties.map(property => [property.name, property.initial]));
    whole[name] = entries.map(entry => ({
      ...initial,
      TextValue: (entry as Entity).Value ?? '',
      ...(entry as Entity),
    }));
    if (details.key === 'OptionalField') whole.NumberOfOptionalFields = entries.length;
  }
  return whole;
}
