/** One filter of a search, as MySQL would compare: text without regard to case, NULL never equal and never different. */
import type { Filter } from './criteria.ts';
import { internalError } from './refusal.ts';

export type Value = number | string | null;

export interface Column<E> {
  /** Times are compared as text, letter by letter. */
  type: 'integer' | 'text' | 'time';
  of(entity: E): Value;
}

export type Test<E> = (entity: E) => boolean;

type Present = (value: number | string) => boolean;

const ranges = new Set(['eq', 'gt', 'gteq', 'from', 'lt', 'lteq', 'to']);

export function isRange(condition: string): boolean {
  return ranges.has(condition);
}

export function test<E>(column: Column<E>, filter: Filter): Test<E> {
  if (filter.condition === 'null') return entity => column.of(entity) === null;
  if (filter.condition === 'notnull') return entity => column.of(entity) !== null;
  const holds = present(column.type, filter);
  return entity => {
    const value = column.of(entity);
    return value !== null && holds(column.type === 'text' ? String(value).toLowerCase() : value);
  };
}

/** Values arrive folded. */
function present(type: Column<never>['type'], { condition, value }: Filter): Present {
  const given = folded(type, value);
  switch (condition) {
    case 'eq':
      return column => column === given;
    case 'neq':
      return column => column !== given;
    case 'gt':
      return column => column > given;
    case 'gteq':
    case 'from':
      return column => column >= given;
    case 'lt':
      return column => column < given;
    case 'lteq':
    case 'to':
      return column => column <= given;
    case 'like':
      return matching(value);
    case 'nlike':
      return not(matching(value));
    case 'in':
      return oneOf(type, value);
    case 'nin':
      return not(oneOf(type, value));
    case 'finset':
      return column => String(column).split(',').includes(value.toLowerCase());
    case 'nfinset':
      return column => !String(column).split(',').includes(value.toLowerCase());
    default:
      // The database adapter takes an operator it does not know for part of a list and fails.
      throw internalError();
  }
}

/** As a filter's value is compared with this column: a number, or text in lower case. */
export function folded(type: Column<never>['type'], value: string): number | string {
  if (type === 'text') return value.toLowerCase();
  if (type === 'time') return value;
  const number = Number.parseFloat(value);
  return Number.isNaN(number) ? 0 : number;
}

/** Members of a list filter; a member cannot contain a comma. */
export function members(value: string): string[] {
  return value.split(',');
}

function oneOf(type: Column<never>['type'], value: string): Present {
  const set = new Set(members(value).map(member => folded(type, member)));
  return column => set.has(column);
}

function matching(pattern: string): Present {
  const source = pattern
    .toLowerCase()
    .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  const expression = new RegExp(`^${source}$`, 's');
  return column => expression.test(String(column));
}

function not(holds: Present): Present {
  return column => !holds(column);
}

/** NULL comes first, as in MySQL. */
export function compareValues(type: Column<never>['type'], a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  const [left, right] = type === 'text' ? [String(a).toLowerCase(), String(b).toLowerCase()] : [a, b];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
