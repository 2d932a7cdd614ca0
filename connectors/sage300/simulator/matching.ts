/** Whether an entity fulfils a filter. Text is compared letter by letter, in the order of its codes. */
import type { Entity } from '../../../test/servers/collection.ts';
import type { Comparator, Filter, FunctionName } from './filter.ts';
import type { Property } from './property.ts';

export type Test = (entity: Entity) => boolean;

export function compiled(filter: Filter): Test {
  switch (filter.kind) {
    case 'and': {
      const [left, right] = [compiled(filter.left), compiled(filter.right)];
      return entity => left(entity) && right(entity);
    }
    case 'or': {
      const [left, right] = [compiled(filter.left), compiled(filter.right)];
      return entity => left(entity) || right(entity);
    }
    case 'compare': {
      const holds = comparing(filter.comparator, filter.value);
      return entity => holds(comparable(filter.property, entity));
    }
    case 'length': {
      const holds = comparing(filter.comparator, filter.value);
      return entity => holds(textOf(filter.property, entity).length);
    }
    case 'call':
      return entity => call(filter.name, textOf(filter.property, entity), filter.text);
  }
}

export function textOf(property: Property, entity: Entity): string {
  return String(entity[property.name] ?? property.initial ?? '');
}

type Comparable = string | number | boolean | null;

/** Dates as milliseconds; null = no date. */
function comparable(property: Property, entity: Entity): Comparable {
  const value = (entity[property.name] ?? property.initial) as Comparable;
  return property.type === 'date' && value !== null ? new Date(String(value)).getTime() : value;
}

/** What is not there is different from everything, and neither less nor more. */
function comparing(comparator: Comparator, value: string | number | boolean): (other: Comparable) => boolean {
  switch (comparator) {
    case 'eq':
      return other => other === value;
    case 'ne':
      return other => other !== value;
    case 'gt':
      return other => other !== null && other > value;
    case 'lt':
      return other => other !== null && other < value;
    case 'le':
      return other => other !== null && other <= value;
  }
}

function call(name: FunctionName, text: string, part: string): boolean {
  switch (name) {
    case 'startswith':
      return text.startsWith(part);
    case 'endswith':
      return text.endsWith(part);
    case 'substringof':
      return text.includes(part);
  }
}
