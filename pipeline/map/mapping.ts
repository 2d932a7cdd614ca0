/**
 * A source record becomes a destination record, field by field, with the reason for every value. Pure: the pipeline stores what comes
 * out, `map` prints it.
 */
import { z } from 'zod';
import type { DestinationFacts, DestinationRecord } from '../../connectors/contract.ts';
import type { Scope } from '../../crds/expression.ts';
import type { FieldRule, Mapping } from '../../crds/mapping.ts';
import { failed, held, type Verdict } from '../record.ts';
import { emptyEntry, type LookupTable, type Translation, translate } from './lookup.ts';

/** How one field of the destination came to its value. */
export interface MappedField {
  set: string;
  /** The rule in words. */
  origin: string;
  input: unknown;
  /** The rule's default took the place of an empty input. */
  defaulted: boolean;
  lookup?: { table: string; translation: Translation };
  /** Undefined = the destination's field is left alone; null = it is emptied. */
  value: unknown;
  /** Why there is no value: the record is not sent. */
  problem?: Verdict;
}

export interface MappedRecord {
  fields: MappedField[];
  record: DestinationRecord;
  /** The first failure, or else the first reason to hold the record; null = it may be sent. */
  problem: Verdict | null;
}

export type MapRecord = (scope: Scope) => MappedRecord;

/** Puts a compiled mapping, its tables and the destination's fields together; every table the mapping names must be given. */
export function recordMapper(
  mapping: Mapping,
  tables: ReadonlyMap<string, LookupTable>,
  destination: Pick<DestinationFacts, 'record' | 'mandatoryLookups'>,
): MapRecord {
  const mappers = mapping.fields.map(rule => fieldMapper(rule, tables, destination));
  const ruled = new Set(mapping.fields.map(rule => rule.set));
  const missing = Object.entries(destination.record.shape)
    .filter(([set, type]) => !ruled.has(set) && !(type as z.ZodType).safeParse(undefined).success)
    .map(([set]) => unfilled(set));
  return scope => {
    const fields = [...mappers.map(map => map(scope)), ...missing];
    const problems = fields.flatMap(({ problem }) => problem ?? []);
    return {
      fields,
      record: Object.fromEntries(
        fields.filter(({ value }) => value !== undefined).map(({ set, value }) => [set, value]),
      ),
      problem: problems.find(({ outcome }) => outcome === 'Failed') ?? problems[0] ?? null,
    };
  };
}

function unfilled(set: string): MappedField {
  const problem = failed('Required', `${set}: the destination requires it and nothing fills it`, set);
  return { set, origin: 'nothing', input: undefined, defaulted: false, value: undefined, problem };
}

function fieldMapper(
  rule: FieldRule,
  tables: ReadonlyMap<string, LookupTable>,
  destination: Pick<DestinationFacts, 'record' | 'mandatoryLookups'>,
): (scope: Scope) => MappedField {
  const { set, origin } = rule;
  const type = destination.record.shape[set] as z.ZodType;
  const mandatory = destination.mandatoryLookups.includes(set);
  return scope => {
    const field: MappedField = { set, origin, input: undefined, defaulted: false, value: undefined };
    try {
      field.input = rule.input(scope);
    } catch (error) {
      const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'no reason given';
      return { ...field, problem: failed('Mapping', `${set}: ${origin} failed: ${why}`, set) };
    }
    field.defaulted = rule.default !== undefined && isEmpty(field.input);
    const given = field.defaulted ? rule.default : field.input;
    const looked = lookedUp(rule, given, tables, mandatory);
    const { value, problem } = looked.problem ? looked : fitted(rule, type, looked.value);
    return {
      ...field,
      ...(looked.lookup && { lookup: looked.lookup }),
      value,
      ...(problem && { problem }),
    };
  };
}

/** Absent, null, or nothing but blanks. */
function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

interface Value {
  value: unknown;
  problem?: Verdict;
}

function lookedUp(
  { set, lookup }: FieldRule,
  input: unknown,
  tables: ReadonlyMap<string, LookupTable>,
  mandatory: boolean,
): Value & Pick<MappedField, 'lookup'> {
  const table = lookup && tables.get(lookup.name);
  if (!table) return { value: input };
  const wanted = lookup.onNoEntry ?? table.onNoEntry;
  // The destination cannot do without this lookup: a table that would let a miss through may not.
  const policy = mandatory && wanted !== 'Hold' ? 'Fail' : wanted;
  const text = isEmpty(input) ? null : String(input);
  const translation = translate(table, text, policy);
  const result = { lookup: { table: table.name, translation } };
  if (translation.kind === 'PassThrough') return { ...result, value: input };
  if (translation.kind !== 'Miss') return { ...result, value: translation.to };
  const message = `${set}: lookup ${table.name} has no entry for ${text === null ? `an empty value (it would be called "${emptyEntry}")` : JSON.stringify(text)}`;
  const problem =
    translation.policy === 'Hold' ? held('MissingLookup', message, set) : failed('MissingLookup', message, set);
  return { ...result, value: undefined, problem };
}

function fitted(rule: FieldRule, type: z.ZodType, given: unknown): Value {
  const value = toFieldType(type, given);
  if (rule.required && isEmpty(value)) {
    return {
      value: undefined,
      problem: failed('Required', `${rule.set}: required, and the record has none`, rule.set),
    };
  }
  const parsed = type.safeParse(value);
  if (parsed.success) return { value };
  const [issue] = parsed.error.issues;
  return {
    value: undefined,
    problem: issue ? misfit(rule.set, value, issue) : failed('Validation', rule.set, rule.set),
  };
}

function misfit(set: string, value: unknown, issue: z.core.$ZodIssue): Verdict {
  if (issue.code === 'too_big' && typeof value === 'string') {
    return failed('Validation', `${set}: ${value.length} characters, at most ${issue.maximum} fit`, set);
  }
  if (value === undefined || value === null) {
    return failed('Required', `${set}: the destination requires it, and the record has none`, set);
  }
  return failed(issue.code === 'invalid_type' ? 'Mapping' : 'Validation', `${set}: ${issue.message}`, set);
}

/** Rules give text, CEL gives numbers of its own: both as the field has them, where that loses nothing. */
function toFieldType(type: z.ZodType, value: unknown): unknown {
  const inner = unwrapped(type);
  if (inner instanceof z.ZodString && (typeof value === 'bigint' || typeof value === 'number')) return String(value);
  if (inner instanceof z.ZodBoolean && (value === 'true' || value === 'false')) return value === 'true';
  return typeof value === 'bigint' ? Number(value) : value;
}

function unwrapped(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodOptional || type instanceof z.ZodNullable || type instanceof z.ZodDefault
    ? unwrapped(type.unwrap() as z.ZodType)
    : type;
}
