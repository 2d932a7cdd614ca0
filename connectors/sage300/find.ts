/** Finding A/R customers by e-mail, many at once. Sage's search may be laxer than we are, so what it finds is compared again. */
import type { Found, Key, Match } from '../contract.ts';
import { TransientError } from '../errors.ts';
import type { Client } from './client.ts';
import { escaped, literal } from './odata.ts';

/** IIS refuses queries above 2,048 characters, and OData servers filters of more than about a hundred nodes. */
const longestFilter = 1_500;
const mostConditions = 20;

/** What the server hands out at most per request unless its administrator raised it. */
const pageSize = 100;

export async function findByEmail(
  client: Client,
  concurrent: number,
  matches: Match[],
  signal: AbortSignal,
): Promise<Found[]> {
  const wanted = new Map<string, { keys: Key[]; spellings: Set<string> }>();
  for (const { key, values } of matches) {
    const typed = (values.email ?? '').trim();
    if (!isSearchable(typed)) continue;
    const entry = wanted.get(typed.toLowerCase()) ?? { keys: [], spellings: new Set([typed.toLowerCase()]) };
    entry.keys.push(key);
    entry.spellings.add(typed);
    wanted.set(typed.toLowerCase(), entry);
  }
  const spellings = [...wanted.values()].flatMap(entry => [...entry.spellings]);
  const found = new Map<string, Found>();
  const customers: Record<string, unknown>[] = [];
  await eachAtOnce(filters(spellings), concurrent, async filter => {
    customers.push(...(await search(client, filter, signal)));
  });
  for (const customer of customers) {
    for (const email of [customer.Email, customer.ContactsEmail]) {
      if (typeof email !== 'string') continue;
      for (const key of wanted.get(email.trim().toLowerCase())?.keys ?? []) {
        const id = String(customer.CustomerNumber).trim();
        found.set(JSON.stringify([key, id]), { key, id });
      }
    }
  }
  return [...found.values()];
}

/** A few at a time; after a failure no more are begun, so that a wrong password is not tried often enough to lock the user. */
async function eachAtOnce<T>(list: T[], concurrent: number, work: (entry: T) => Promise<void>): Promise<void> {
  const waiting = [...list];
  const worker = async () => {
    for (let entry = waiting.shift(); entry !== undefined; entry = waiting.shift()) {
      try {
        await work(entry);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: concurrent }, worker));
}

/** One address that no server can take must not spoil the search for the others. */
function isSearchable(email: string): boolean {
  return email.length >= 3 && email.length <= 254 && !/\p{Cc}/u.test(email);
}

/** As few filters as the server's limits allow. */
export function filters(spellings: string[]): string[] {
  const result: string[] = [];
  let conditions: string[] = [];
  let length = 0;
  for (const spelling of spellings) {
    const pair = ['Email', 'ContactsEmail'].map(property => `${property} eq ${literal(spelling)}`);
    const added = escaped(` or ${pair.join(' or ')}`).length;
    if (conditions.length > 0 && (conditions.length + 2 > mostConditions || length + added > longestFilter)) {
      result.push(conditions.join(' or '));
      conditions = [];
      length = 0;
    }
    conditions.push(...pair);
    length += added;
  }
  if (conditions.length > 0) result.push(conditions.join(' or '));
  return result;
}

/** All customers of a filter. A server may hand out less than `$top`; only then does it give a link to the rest. */
async function search(client: Client, filter: string, signal: AbortSignal): Promise<Record<string, unknown>[]> {
  const customers: Record<string, unknown>[] = [];
  for (;;) {
    const { body } = await client.list(
      'ARCustomers',
      { filter, select: 'CustomerNumber,Email,ContactsEmail', top: pageSize, skip: customers.length },
      signal,
    );
    const page = toList(body);
    customers.push(...page.customers);
    if (!page.more || page.customers.length === 0) return customers;
  }
}

function toList(body: unknown): { customers: Record<string, unknown>[]; more: boolean } {
  const answer = (body ?? {}) as Record<string, unknown>;
  if (!Array.isArray(answer.value)) {
    throw new TransientError('Intermittent', 'Sage 300 answered ARCustomers without the list', { applied: 'no' });
  }
  const more = answer.value.length >= pageSize || '@odata.nextLink' in answer || 'odata.nextLink' in answer;
  return { customers: answer.value as Record<string, unknown>[], more };
}
