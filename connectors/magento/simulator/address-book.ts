/** The addresses of one customer: what is sent replaces what was, address by address where the id is known. */
import type { Entity } from '../../../test/servers/collection.ts';
import { type Address, type Customer, pointers } from './customer.ts';

/**
 * - an address with a known id is updated: a field that is left out keeps its value;
 * - an address without an id is created;
 * - all others are deleted, and a default that pointed to one of them is gone;
 * - a flag that is true makes the default, false on the present default clears it, none leaves it.
 */
export function mergedAddresses(
  customer: Customer,
  sent: readonly Entity[],
  nextId: () => number,
): Pick<Customer, 'addresses'> & Entity {
  const defaults = new Map<string, unknown>(pointers.map(pointer => [pointer, customer[pointer]]));
  const addresses = sent.map(entity => {
    const known = customer.addresses.find(({ id }) => id === entity.id);
    const id = typeof entity.id === 'number' ? entity.id : nextId();
    for (const pointer of pointers) {
      if (entity[pointer] === true) defaults.set(pointer, String(id));
      if (entity[pointer] === false && defaults.get(pointer) === String(id)) defaults.set(pointer, null);
    }
    return withRegion({ ...known, ...withoutFlags(entity), id, customer_id: customer.id });
  });
  for (const { id } of customer.addresses) {
    if (addresses.some(address => address.id === id)) continue;
    for (const pointer of pointers) if (defaults.get(pointer) === String(id)) defaults.set(pointer, null);
  }
  const set = [...defaults].filter(([pointer, value]) => value != null || customer[pointer] != null);
  return {
    addresses,
    ...Object.fromEntries(set.map(([pointer, value]) => [pointer, value == null ? null : String(value)])),
  };
}

/** The flags of the customer's pointers are shown on the address, not kept there. */
function withoutFlags(entity: Entity): Entity {
  const { default_billing: _billing, default_shipping: _shipping, ...rest } = entity;
  return rest;
}

/** Outside the region object its id stands once more. */
function withRegion(address: Address): Address {
  const region = address.region as Entity | undefined;
  if (!region) return address;
  return { ...address, region_id: region.region_id ?? address.region_id ?? 0 };
}
