/** `$metadata` of a module, OData 4.0: what a client reads to learn properties and keys. */
import type { Property, PropertyType } from './property.ts';
import { type Resource, resources } from './resource.ts';

const namespace = (module: string) => `Sage.CA.SBS.ERP.Sage300.${module}.WebApi.Models`;

const types: Record<Exclude<PropertyType, 'details' | 'choice'>, string> = {
  text: 'Edm.String',
  integer: 'Edm.Int32',
  decimal: 'Edm.Decimal',
  date: 'Edm.DateTimeOffset',
  boolean: 'Edm.Boolean',
};

export function metadata(module: string): string {
  const own = resources.filter(resource => resource.module === module);
  const sets = own.map(({ name }) => `<EntitySet Name="${name}" EntityType="${namespace(module)}.${name}"/>`);
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>',
    `<Schema Namespace="${namespace(module)}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...own.flatMap(entityType),
    `<EntityContainer Name="Container">${sets.join('')}</EntityContainer>`,
    '</Schema></edmx:DataServices></edmx:Edmx>',
  ].join('\n');
}

function entityType(resource: Resource): string[] {
  const all = [...resource.properties.values()];
  const keys = resource.key.map(name => `<PropertyRef Name="${name}"/>`).join('');
  const enums = all.filter(({ members }) => members).map(property => enumType(resource, property));
  const complex = all.filter(({ details }) => details).map(property => complexType(resource, property));
  const properties = all.map(property => element(resource, property)).join('');
  return [...enums, ...complex, `<EntityType Name="${resource.name}"><Key>${keys}</Key>${properties}</EntityType>`];
}

/** `named`: enumerations have types of their own; in details they are plain text. */
function element(
  { module, name: owner }: Resource,
  { name, type, details, members, max }: Property,
  named = true,
): string {
  const own = `${namespace(module)}.${owner}${name}`;
  if (details) return `<Property Name="${name}" Type="Collection(${own})"/>`;
  if (type === 'choice')
    return `<Property Name="${name}" Type="${named && members ? own : 'Edm.String'}" Nullable="false"/>`;
  const length = max === undefined ? '' : ` MaxLength="${max}"`;
  return `<Property Name="${name}" Type="${type === 'details' ? 'Edm.String' : types[type]}"${length}/>`;
}

function enumType(resource: Resource, { name, members = [] }: Property): string {
  const list = members.map((member, value) => `<Member Name="${member}" Value="${value}"/>`).join('');
  return `<EnumType Name="${resource.name}${name}">${list}</EnumType>`;
}

function complexType(resource: Resource, { name, details }: Property): string {
  const simple = (details?.properties ?? []).map(property => element(resource, property, false)).join('');
  return `<ComplexType Name="${resource.name}${name}">${simple}</ComplexType>`;
}
