/**
 * Expressions of a mapping: CEL, typed by the fields of the source stream, compiled before any record is seen. No environment, files,
 * network or clock. Evaluation is synchronous and has no limit of its own, so the budget is checked on the syntax tree.
 */
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { z } from 'zod';

/** Budget of one expression. */
const limits = { nodes: 500, macroDepth: 2, resultBytes: 65_536 };
const macros = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/** What an expression may see. */
export interface Scope {
  record: Record<string, unknown>;
  source: { system: string; host: string };
  run: { time: string };
}

export interface Expression {
  evaluate(scope: Scope): unknown;
}

export type Compiled = { ok: true; expression: Expression } | { ok: false; problem: string };

/** CEL's type of a zod field; `dyn` where CEL has no fitting one. */
function celType(field: z.ZodType): unknown {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable || field instanceof z.ZodDefault) {
    return celType(field.unwrap() as z.ZodType);
  }
  if (field instanceof z.ZodString || field instanceof z.ZodEnum) return 'string';
  if (field instanceof z.ZodBoolean) return 'bool';
  if (field instanceof z.ZodArray) return 'list<string>';
  if (field instanceof z.ZodObject) return celSchema(field);
  return 'map';
}

function celSchema(object: z.ZodObject): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object.shape).map(([name, field]) => [name, celType(field as z.ZodType)]));
}

/** Absent or null text reads as "", an absent list as [], a null address is left out: CEL fails on null in a typed field. */
function fill(object: z.ZodObject, value: Record<string, unknown>): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(object.shape)) {
    const type = celType(field as z.ZodType);
    const present = value[name];
    if (typeof type === 'object') {
      if (present !== null && present !== undefined) {
        filled[name] = fill(unwrapped(field as z.ZodType), present as Record<string, unknown>);
      }
    } else if (type === 'string') filled[name] = present ?? '';
    else if (type === 'list<string>') filled[name] = present ?? [];
    else if (type === 'bool') filled[name] = present ?? false;
    else filled[name] = present ?? {};
  }
  return filled;
}

function unwrapped(field: z.ZodType): z.ZodObject {
  if (field instanceof z.ZodOptional || field instanceof z.ZodNullable || field instanceof z.ZodDefault) {
    return unwrapped(field.unwrap() as z.ZodType);
  }
  return field as z.ZodObject;
}

/** An environment for the records of one source stream; compile many expressions with it. */
export function expressionCompiler(record: z.ZodObject): (text: string) => Compiled {
  const environment = new Environment({ enableOptionalTypes: true, limits: { maxAstNodes: limits.nodes } })
    .registerVariable({ name: 'record', schema: celSchema(record) as never })
    .registerVariable({ name: 'source', schema: { system: 'string', host: 'string' } })
    .registerVariable({ name: 'run', schema: { time: 'string' } });
  return text => {
    try {
      const parsed = environment.parse(text);
      const refused = overBudget(parsed.ast, 0);
      if (refused !== null) return { ok: false, problem: refused };
      const checked = parsed.check();
      if (!checked.valid) return { ok: false, problem: firstLine(checked.error) };
      return {
        ok: true,
        expression: {
          evaluate: scope => limited(parsed({ ...scope, record: fill(record, scope.record) })),
        },
      };
    } catch (error) {
      return { ok: false, problem: firstLine(error) };
    }
  };
}

/** The parser's message without its drawing of the place, which spans lines. */
function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}

function overBudget(node: unknown, depth: number): string | null {
  if (!isNode(node)) return Array.isArray(node) ? firstRefusal(node, depth) : null;
  if (node.op === 'call' || node.op === 'rcall') {
    const name = node.args[0];
    if (name === 'matches') return '`matches` is not available: a regular expression may take unbounded time';
    const inside = macros.has(name) ? depth + 1 : depth;
    if (inside > limits.macroDepth) return `macros may be nested ${limits.macroDepth} deep at most`;
    return firstRefusal(node.args, inside);
  }
  return firstRefusal(Array.isArray(node.args) ? node.args : [node.args], depth);
}

function firstRefusal(nodes: readonly unknown[], depth: number): string | null {
  for (const node of nodes) {
    const refused = overBudget(node, depth);
    if (refused !== null) return refused;
  }
  return null;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}

function limited(result: unknown): unknown {
  if (typeof result === 'string' && Buffer.byteLength(result) > limits.resultBytes) {
    throw new RangeError(`the result has more than ${limits.resultBytes} bytes`);
  }
  return result;
}
