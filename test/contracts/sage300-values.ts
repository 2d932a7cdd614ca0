/** Values of a Sage 300 body against types of the metadata, and against lengths and members of the derived table. */
import type { Property } from '../../connectors/sage300/simulator/property.ts';
import type { EdmType, Properties } from './sage300-metadata.ts';

/** Sentences about what is wrong; `where` names the body. */
export function valueFindings(
  value: unknown,
  types: Properties,
  table: ReadonlyMap<string, Property>,
  where: string,
): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${where} is no object`];
  return Object.entries(value).flatMap(([name, inner]) => {
    if (name.startsWith('@odata.')) return [];
    const type = types.get(name);
    if (!type) return [`${where} has no property ${name}`];
    if (inner === null) return type.nullable ? [] : [`${name} is null`];
    return [...typeFindings(inner, type.type, name, table.get(name)), ...tableFindings(inner, table.get(name))];
  });
}

function typeFindings(value: unknown, type: EdmType, name: string, property: Property | undefined): string[] {
  if (typeof type !== 'string') {
    if (!Array.isArray(value)) return [`${name} is no collection`];
    const details = new Map((property?.details?.properties ?? []).map(detail => [detail.name, detail]));
    return value.flatMap(entry => valueFindings(entry, type, details, name));
  }
  const right: Record<string, boolean> = {
    'Edm.String': typeof value === 'string',
    'Edm.DateTime': typeof value === 'string' && !Number.isNaN(Date.parse(value)),
    'Edm.Int32': Number.isInteger(value),
    'Edm.Int64': Number.isInteger(value),
    'Edm.Decimal': typeof value === 'number',
    'Edm.Boolean': typeof value === 'boolean',
  };
  return right[type] ? [] : [`${name} is no ${type}: ${JSON.stringify(value)}`];
}

function tableFindings(value: unknown, property: Property | undefined): string[] {
  if (!property || typeof value !== 'string') return [];
  const { name, max, members } = property;
  if (max !== undefined && value.length > max) return [`${name} is longer than ${max}`];
  return members && !members.includes(value) ? [`${name} has no member ${value}`] : [];
}
