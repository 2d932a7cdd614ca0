/**
 * A mapping, compiled: rules and same-name fields of one task against the records of its two streams. Controllers compile to find what
 * is wrong, the pipeline compiles to map; both see the same.
 */
import { z } from 'zod';
import type { DestinationFacts, SourceFacts } from '../connectors/contract.ts';
import { type Expression, expressionCompiler, type Scope } from './expression.ts';
import type { OnNoEntry } from './lookup-table.ts';
import type { MappingRule } from './mapping-rule.ts';
import { didYouMean } from './nearest.ts';

/** How the value of one destination field is made. */
export interface FieldRule {
  set: string;
  /** The rule in words, for people: "from group", "same name", "expression …". */
  origin: string;
  input(scope: Scope): unknown;
  default?: string;
  lookup?: { name: string; onNoEntry?: OnNoEntry };
  required: boolean;
}

export interface Mapping {
  fields: FieldRule[];
  /** Lookup tables by name, each once. */
  tables: string[];
}

export interface MappingProblem {
  reason: 'InvalidMapping' | 'MappingIncomplete';
  message: string;
}

export type CompiledMapping = { mapping: Mapping; problems: [] } | { mapping: null; problems: MappingProblem[] };

/** Compiles the rules of a task. Every problem is named, not only the first. */
export function compileMapping(
  rules: readonly MappingRule[],
  source: Pick<SourceFacts, 'record'>,
  destination: Pick<DestinationFacts, 'record' | 'mandatoryLookups'>,
): CompiledMapping {
  const compile = expressionCompiler(source.record);
  const problems: MappingProblem[] = [];
  const fields: FieldRule[] = [];
  for (const rule of rules) {
    const unknown = unknownField(rule.set, destination.record);
    if (unknown !== null) problems.push({ reason: 'InvalidMapping', message: unknown });
    const input = inputOf(rule, source.record, compile);
    if (typeof input === 'string')
      problems.push({ reason: 'InvalidMapping', message: `rule for '${rule.set}': ${input}` });
    else fields.push({ ...options(rule), set: rule.set, origin: originOf(rule), input });
  }
  problems.push(...mandatory(rules, destination.mandatoryLookups));
  if (problems.length > 0) return { mapping: null, problems };
  fields.push(...sameName(rules, source.record, destination.record));
  const tables = [...new Set(fields.flatMap(field => (field.lookup === undefined ? [] : [field.lookup.name])))].sort();
  return { mapping: { fields, tables }, problems: [] };
}

function unknownField(set: string, record: z.ZodObject): string | null {
  const known = Object.keys(record.shape);
  return known.includes(set) ? null : `the destination has no field '${set}': ${didYouMean(set, known)}`;
}

function options(rule: MappingRule): Pick<FieldRule, 'default' | 'lookup' | 'required'> {
  return {
    ...(rule.default === undefined ? {} : { default: rule.default }),
    ...(rule.lookup === undefined
      ? {}
      : {
          lookup: {
            name: rule.lookup.name,
            ...(rule.lookup.onNoEntry === undefined ? {} : { onNoEntry: rule.lookup.onNoEntry }),
          },
        }),
    required: rule.required ?? false,
  };
}

function originOf(rule: MappingRule): string {
  if (rule.from !== undefined) return `from ${rule.from}`;
  if (rule.constant !== undefined) return `constant '${rule.constant}'`;
  return `expression ${rule.expression ?? ''}`;
}

/** The function that gives a rule's input, or the sentence that says why there is none. */
function inputOf(
  rule: MappingRule,
  record: z.ZodObject,
  compile: ReturnType<typeof expressionCompiler>,
): FieldRule['input'] | string {
  if (rule.constant !== undefined) {
    const constant = rule.constant;
    return () => constant;
  }
  if (rule.expression !== undefined) return fromExpression(rule.expression, compile);
  return fromPath(rule.from ?? '', record);
}

function fromExpression(text: string, compile: ReturnType<typeof expressionCompiler>): FieldRule['input'] | string {
  const compiled = compile(text);
  if (!compiled.ok) return `the expression does not compile: ${compiled.problem}`;
  const expression: Expression = compiled.expression;
  return scope => expression.evaluate(scope);
}

const scopeFields: Record<string, readonly string[]> = { source: ['system', 'host'], run: ['time'] };

function fromPath(path: string, record: z.ZodObject): FieldRule['input'] | string {
  const [root, ...rest] = path.split('.');
  if (root !== undefined && Object.hasOwn(scopeFields, root) && !(root in record.shape)) {
    const known = scopeFields[root] ?? [];
    if (rest.length !== 1 || !known.includes(rest[0] ?? '')) {
      return `'${path}' is not known: ${didYouMean(
        path,
        known.map(field => `${root}.${field}`),
      )}`;
    }
    return scope => read(scope as unknown as Record<string, unknown>, [root, ...rest]);
  }
  const steps = root === 'record' ? rest : [root ?? '', ...rest];
  const wrong = wrongStep(steps, record);
  return wrong ?? (scope => read(scope.record, steps));
}

function wrongStep(steps: readonly string[], type: z.ZodType): string | null {
  const [step, ...rest] = steps;
  const inner = withoutWrapper(type);
  if (step === undefined) {
    return inner instanceof z.ZodObject ? 'a path must end at a value, not at a group of fields' : null;
  }
  if (inner instanceof z.ZodRecord) return rest.length === 0 ? null : `'${step}' has no fields`;
  if (!(inner instanceof z.ZodObject)) return `a path cannot go on with '${step}' behind a value`;
  const next = Object.hasOwn(inner.shape, step) ? (inner.shape[step] as z.ZodType) : undefined;
  if (next === undefined) return `the source has no field '${step}': ${didYouMean(step, Object.keys(inner.shape))}`;
  return wrongStep(rest, next);
}

function withoutWrapper(type: z.ZodType): z.ZodType {
  return type instanceof z.ZodOptional || type instanceof z.ZodNullable || type instanceof z.ZodDefault
    ? withoutWrapper(type.unwrap() as z.ZodType)
    : type;
}

function read(value: Record<string, unknown>, steps: readonly string[]): unknown {
  let current: unknown = value;
  for (const step of steps) {
    if (current === null || current === undefined || typeof current !== 'object' || !Object.hasOwn(current, step))
      return undefined;
    current = (current as Record<string, unknown>)[step];
  }
  return current;
}

/** Fields that the destination wants from a lookup: a rule must be there, and its miss may only fail or hold the record. */
function mandatory(rules: readonly MappingRule[], wanted: readonly string[]): MappingProblem[] {
  return wanted.flatMap((field): MappingProblem[] => {
    const rule = rules.find(candidate => candidate.set === field);
    if (rule === undefined) {
      return [{ reason: 'MappingIncomplete', message: `the destination requires a rule for '${field}'` }];
    }
    const policy = rule.lookup?.onNoEntry;
    if (policy === 'Default' || policy === 'PassThrough') {
      return [
        {
          reason: 'InvalidMapping',
          message: `rule for '${field}': \`onNoEntry\` must be 'Fail' or 'Hold', because the destination requires this lookup`,
        },
      ];
    }
    return [];
  });
}

function sameName(rules: readonly MappingRule[], source: z.ZodObject, destination: z.ZodObject): FieldRule[] {
  const ruled = new Set(rules.map(rule => rule.set));
  return Object.keys(destination.shape)
    .filter(field => !ruled.has(field) && field in source.shape)
    .map(field => ({
      set: field,
      origin: 'same name',
      input: (scope: Scope) => scope.record[field],
      required: !(destination.shape[field] as z.ZodType).safeParse(undefined).success,
    }));
}
