/** What customers refer to by number: groups, websites, store views, gender. Read once per run; they are few and seldom change. */
import { TransientError } from '../errors.ts';
import { type Client, criteria } from './client.ts';

export interface Names {
  groups: ReadonlyMap<number, { code: string; taxClass: string | undefined }>;
  websites: ReadonlyMap<number, string>;
  storeViews: ReadonlyMap<number, string>;
  genders: ReadonlyMap<string, string>;
  /** Codes of the attributes that the shop added, so that an emptied one is told from an unknown one. */
  attributes: readonly string[];
}

export async function readNames(client: Client, signal: AbortSignal): Promise<Names> {
  const [groups, websites, storeViews, metadata] = await Promise.all([
    readGroups(client, signal),
    readList(client, 'store/websites', 'Magento_Backend::store', signal),
    readList(client, 'store/storeViews', 'Magento_Backend::store', signal),
    readList(client, 'attributeMetadata/customer', 'Magento_Customer::customer', signal),
  ]);
  const gender = metadata.find(attribute => attribute.attribute_code === 'gender');
  return {
    groups: new Map(
      groups.map(({ id, code, tax_class_name }) => [
        Number(id),
        { code: String(code), taxClass: typeof tax_class_name === 'string' ? tax_class_name : undefined },
      ]),
    ),
    websites: codesById(websites),
    storeViews: codesById(storeViews),
    genders: new Map(
      (Array.isArray(gender?.options) ? gender.options : [])
        .filter(option => String(option?.value ?? '') !== '')
        .map(option => [String(option.value), String(option.label)]),
    ),
    attributes: metadata
      .filter(attribute => attribute.user_defined === true)
      .map(attribute => String(attribute.attribute_code))
      .sort(),
  };
}

const groupsPageSize = 100;

async function readGroups(client: Client, signal: AbortSignal): Promise<Record<string, unknown>[]> {
  const groups: Record<string, unknown>[] = [];
  for (;;) {
    const last = groups.at(-1);
    const filters = last ? [{ field: 'id', condition: 'gt', value: String(last.id) } as const] : [];
    const query = criteria({ filters, sort: ['id'], pageSize: groupsPageSize });
    const { body } = await client.get('customerGroups/search', 'Magento_Customer::group', query, signal);
    const page = listOf((body as { items?: unknown } | undefined)?.items, 'customerGroups/search');
    groups.push(...page);
    if (page.length < groupsPageSize) return groups;
  }
}

async function readList(client: Client, path: string, resource: string, signal: AbortSignal) {
  return listOf((await client.get(path, resource, [], signal)).body, path);
}

function listOf(value: unknown, path: string): Record<string, unknown>[] {
  if (Array.isArray(value) && value.every(item => typeof item === 'object' && item !== null)) return value;
  throw new TransientError('Intermittent', `Magento answered ${path} without the list`, { applied: 'no' });
}

function codesById(list: Record<string, unknown>[]): Map<number, string> {
  return new Map(list.map(({ id, code }) => [Number(id), String(code)]));
}
