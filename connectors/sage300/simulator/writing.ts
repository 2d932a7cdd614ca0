/** POST, PATCH, PUT, DELETE: properties are put into the view in the order of the body, then the view checks the whole. */
import type { Entity } from '../../../test/servers/collection.ts';
import type { Company } from './company.ts';
import { mergedDetails } from './details.ts';
import { type Assignment, assignments, checkLength } from './payload.ts';
import type { Property } from './property.ts';
import type { Records } from './records.ts';
import { Refusal } from './refusal.ts';
import { keyText } from './resource.ts';

/** What a customer takes over from its group when the group is set, whatever was set before it. */
const groupDefaults = [
  'AccountSet',
  'AutocashProfile',
  'BillingCycle',
  'InterestProfile',
  'AccountType',
  'Terms',
  'RateType',
  'TaxGroup',
  ...[1, 2, 3, 4, 5].flatMap(number => [
    `TaxClassCode${number}`,
    `Salesperson${number}`,
    `SalesSplitPercentage${number}`,
  ]),
  'PrintStatements',
  'CheckCreditLimit',
  'CheckOverdueAmounts',
  'DaysOverdue',
];

/** Which record a property names. Nothing is checked where no such record was seeded. */
const references: Record<string, Record<string, string>> = {
  ARCustomers: { GroupCode: 'ARCustomerGroups', TaxGroup: 'TXTaxGroups', Terms: 'ARTerms' },
  ARShipToLocations: { CustomerNumber: 'ARCustomers', TaxGroup: 'TXTaxGroups' },
};

const needed: Record<string, readonly string[]> = { ARCustomers: ['GroupCode', 'TaxGroup'] };

export function create(company: Company, records: Records, body: string): Entity {
  const { resource } = records;
  const sent = assignments(resource, body);
  const entity = assigned(company, records, {}, sent, 'create');
  for (const name of [...resource.key, ...(needed[resource.name] ?? [])]) {
    if ((entity[name] ?? resource.initial[name]) === '') throw new Refusal('RecordInvalid', `${name} must be entered.`);
  }
  if (records.get(keyText(resource, entity))) throw new Refusal('RecordDuplicate', 'The record already exists.');
  checkReferences(company, records, entity, Object.keys(references[resource.name] ?? {}));
  return stored(records, entity);
}

/** `purge`: as PUT does, entries of collections that the body does not mention are gone. */
export function update(company: Company, records: Records, key: string, body: string, purge = false): Entity {
  const { resource } = records;
  const sent = assignments(resource, body);
  const before = records.get(key);
  if (!before) throw new Refusal('RecordNotFound', 'A Record cannot be found for the specified entity key');
  const base = purge ? withoutDetails(records, before) : before;
  const entity = assigned(company, records, base, sent, 'update');
  checkGroupActive(company, records, entity);
  checkReferences(
    company,
    records,
    entity,
    sent.map(({ property }) => property.name),
  );
  return stored(records, entity);
}

/** A customer's ship-to locations go with it. */
export function remove(company: Company, records: Records, key: string): void {
  if (!records.remove(key))
    throw new Refusal('RecordNotFound', 'A Record cannot be found for the specified entity key');
  if (records.name !== 'ARCustomers') return;
  const shipTos = company.of('ARShipToLocations');
  const own = shipTos.inOrder().filter(location => location.CustomerNumber === key);
  for (const location of own) shipTos.remove(keyText(shipTos.resource, location));
}

function stored(records: Records, entity: Entity): Entity {
  const dated = { ...entity, ...records.dated() };
  records.table.set(dated);
  return dated;
}

function assigned(
  company: Company,
  records: Records,
  before: Entity,
  sent: readonly Assignment[],
  occasion: 'create' | 'update',
): Entity {
  const { resource } = records;
  const entity: Entity = { ...before };
  for (const { property, value } of sent) {
    const { name } = property;
    if (name === 'UpdateOperation') continue;
    const current = entity[name] ?? property.initial;
    const next = value === null && property.type === 'text' ? '' : value;
    if (property.details) {
      entity[name] = mergedDetails(
        property,
        (current ?? []) as Entity[],
        next as Entity[],
        company.settings.optionalFields,
      );
      continue;
    }
    if (next === current) continue;
    refuseFixed(property, occasion);
    checkLength(property, next);
    entity[name] = next;
    if (resource.name === 'ARCustomers' && name === 'GroupCode') Object.assign(entity, defaultsOf(company, next));
  }
  return entity;
}

function refuseFixed({ name, fixed }: Property, occasion: 'create' | 'update'): void {
  if (fixed === 'server' || (fixed === 'creation' && occasion === 'update')) {
    throw new Refusal('RecordInvalid', `${name} cannot be changed.`);
  }
}

/** Only what the group itself has set. */
function defaultsOf(company: Company, group: unknown): Entity {
  const found = company.referred('ARCustomerGroups', group);
  if (!found) return {};
  const names = groupDefaults.filter(name => found[name] !== undefined && found[name] !== '');
  return Object.fromEntries(names.map(name => [name, found[name]]));
}

function withoutDetails({ resource }: Records, before: Entity): Entity {
  const kept = Object.entries(before).filter(([name]) => !resource.properties.get(name)?.details);
  return Object.fromEntries(kept);
}

function checkReferences(company: Company, { resource }: Records, entity: Entity, names: readonly string[]): void {
  for (const name of names) {
    const target = references[resource.name]?.[name];
    const code = entity[name];
    if (!target || code === undefined || code === '') continue;
    const found = company.referred(target, code);
    if (found === undefined) throw new Refusal('RecordInvalid', `${name} ${code} does not exist.`);
    if (found?.Status === 'Inactive') throw new Refusal('RecordInvalid', `${name} ${code} is inactive.`);
  }
}

/** A customer cannot be edited while its group is inactive. */
function checkGroupActive(company: Company, { name }: Records, entity: Entity): void {
  if (name !== 'ARCustomers') return;
  const group = company.referred('ARCustomerGroups', entity.GroupCode);
  if (group?.Status === 'Inactive') throw new Refusal('RecordInvalid', `GroupCode ${entity.GroupCode} is inactive.`);
}
