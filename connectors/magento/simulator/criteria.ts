/** `searchCriteria` of a query: parsed strictly, echoed as the shop echoes it. */
import { type Nested, type NestedMap, parseQuery } from './query.ts';
import { inputRefusal, internalError, Refusal, requiredField, wrongType } from './refusal.ts';

export interface Filter {
  field: string;
  value: string;
  condition: string;
}

export interface Sort {
  field: string;
  direction: 'ASC' | 'DESC';
}

export interface Criteria {
  /** Filters of one group are alternatives; every group must hold. */
  groups: Filter[][];
  sorts: Sort[];
  pageSize: number | null;
  currentPage: number | null;
}

/** Keys come in snake or camel case; another key is one the shop's objects have no setter for. */
const spelling = new Map([
  ['filtergroups', 'groups'],
  ['filters', 'filters'],
  ['field', 'field'],
  ['value', 'value'],
  ['conditiontype', 'condition'],
  ['sortorders', 'sorts'],
  ['direction', 'direction'],
  ['pagesize', 'pageSize'],
  ['currentpage', 'currentPage'],
]);

export function parseCriteria(query: string): Criteria {
  const parameters = parseQuery(query);
  const given = parameters.get('searchCriteria') ?? parameters.get('search_criteria');
  if (given === undefined) throw inputRefusal([requiredField('searchCriteria')]);
  const criteria = given instanceof Map ? named(given) : new Map<string, Nested>();
  return {
    groups: list(criteria.get('groups')).map(group => list(group.get('filters')).map(toFilter)),
    sorts: list(criteria.get('sorts')).map(toSort),
    pageSize: count(criteria, 'pageSize'),
    currentPage: count(criteria, 'currentPage'),
  };
}

/** The `search_criteria` of an answer. */
export function echoed({ groups, sorts, pageSize, currentPage }: Criteria): Record<string, unknown> {
  const filterGroups = groups.map(filters => ({
    filters: filters.map(({ field, value, condition }) => ({ field, value, condition_type: condition })),
  }));
  return {
    filter_groups: filterGroups,
    ...(sorts.length > 0 ? { sort_orders: sorts } : {}),
    ...(pageSize === null ? {} : { page_size: pageSize }),
    ...(currentPage === null ? {} : { current_page: currentPage }),
  };
}

function toFilter(map: NestedMap): Filter {
  const field = text(map.get('field'));
  if (field === '') throw inputRefusal([requiredField('field')]);
  return { field, value: text(map.get('value')), condition: text(map.get('condition')) || 'eq' };
}

function toSort(map: NestedMap): Sort {
  const field = text(map.get('field'));
  const direction = text(map.get('direction')).toUpperCase() || 'DESC';
  if (direction !== 'ASC' && direction !== 'DESC') {
    const words = 'The sort order has to be specified as %1 for ascending order or %2 for descending order.';
    throw new Refusal(400, words, ['ASC', 'DESC']);
  }
  return { field, direction };
}

function list(nested: Nested | undefined): NestedMap[] {
  if (!(nested instanceof Map)) return [];
  return [...nested.values()].map(entry => (entry instanceof Map ? named(entry) : new Map<string, Nested>()));
}

function named(map: NestedMap): NestedMap {
  const renamed = [...map].map(([key, value]): [string, Nested] => {
    const name = spelling.get(key.replaceAll('_', '').toLowerCase());
    if (name === undefined) throw internalError();
    return [name, value];
  });
  return new Map(renamed);
}

/** A list of values stands for its members, as `in` takes it. */
function text(nested: Nested | undefined): string {
  if (nested === undefined) return '';
  return nested instanceof Map ? [...nested.values()].map(text).join(',') : nested;
}

function count(criteria: NestedMap, name: string): number | null {
  const given = text(criteria.get(name));
  if (given === '') return null;
  if (!/^-?\d+$/.test(given)) throw wrongType(name, given, 'int');
  return Number(given);
}
