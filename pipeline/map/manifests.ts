/** Manifests from files, as `map` needs them without a cluster: checked by the schemas of the kinds, errors with file, line and column. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Document, isNode, LineCounter, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { connection } from '../../crds/connection.ts';
import { apiVersion } from '../../crds/kind.ts';
import { lookupTable } from '../../crds/lookup-table.ts';
import { didYouMean } from '../../crds/nearest.ts';
import { syncWorkflow } from '../../crds/sync-workflow.ts';

/** What was found, by name. Other kinds are left out. */
export interface Manifests {
  workflows: Map<string, z.output<typeof syncWorkflow.spec>>;
  tables: Map<string, z.output<typeof lookupTable.spec>>;
  connections: Map<string, z.output<typeof connection.spec>>;
}

/** The manifests cannot be used; one line per problem. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

const extensions = ['.yaml', '.yml', '.json'];

export async function readManifests(places: string[]): Promise<Manifests> {
  const found: Manifests = { workflows: new Map(), tables: new Map(), connections: new Map() };
  const problems: string[] = [];
  for (const file of (await Promise.all(places.map(filesOf))).flat()) {
    problems.push(...readFileInto(found, file, await readFile(file, 'utf8')));
  }
  if (problems.length > 0) throw new ManifestError(problems.join('\n'));
  return found;
}

async function filesOf(place: string): Promise<string[]> {
  const info = await stat(place).catch(() => {
    throw new ManifestError(`${place}: no such file or folder`);
  });
  if (!info.isDirectory()) return [place];
  const entries = await readdir(place);
  return entries
    .filter(entry => extensions.includes(path.extname(entry)))
    .sort()
    .map(entry => path.join(place, entry));
}

function readFileInto(found: Manifests, file: string, text: string): string[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  if (!Array.isArray(documents)) return [];
  return documents.flatMap(document => {
    const at = (offset: number) => {
      const { line, col } = lines.linePos(offset);
      return `${file}:${line}:${col}`;
    };
    const [broken] = document.errors;
    if (broken) return [`${at(broken.pos[0])}: ${broken.message.split('\n')[0]?.replace(/ at line .*/, '')}`];
    return keep(found, document, where => at(offsetOf(document, where)));
  });
}

const resource = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  spec: z.unknown(),
});

function keep(found: Manifests, document: Document, at: (where: PropertyKey[]) => string): string[] {
  const parsed = resource.safeParse(document.toJS());
  if (!parsed.success || parsed.data.apiVersion !== apiVersion) return []; // a Secret, an empty document
  const { kind, metadata, spec } = parsed.data;
  const into = <S extends z.ZodObject>(map: Map<string, z.output<S>>, schema: S): string[] => {
    const checked = schema.safeParse(spec);
    if (!checked.success) {
      return checked.error.issues.map(
        issue => `${at(['spec', ...issue.path])}: ${issue.path.join('.')}: ${issue.message}`,
      );
    }
    map.set(metadata.name, checked.data);
    return unknownFields(schema, spec, []).map(({ where, message }) => `${at(['spec', ...where])}: ${message}`);
  };
  switch (kind) {
    case syncWorkflow.kind:
      return into(found.workflows, syncWorkflow.spec);
    case lookupTable.kind:
      return into(found.tables, lookupTable.spec);
    case connection.kind:
      return into(found.connections, connection.spec);
    default:
      return [];
  }
}

/** Where a value stands in the text, or the nearest thing around it that is there. */
function offsetOf(document: Document, where: PropertyKey[]): number {
  for (let length = where.length; length > 0; length--) {
    const node = document.getIn(where.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return document.contents?.range?.[0] ?? 0;
}

interface Unknown {
  where: PropertyKey[];
  message: string;
}

/** Fields that the kind does not have: kubectl refuses them, so a typo must not pass here. */
function unknownFields(schema: z.ZodType, value: unknown, where: PropertyKey[]): Unknown[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unknownFields(schema.unwrap() as z.ZodType, value, where);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, index) => unknownFields(schema.element as z.ZodType, item, [...where, index]));
  }
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return [];
  const known = Object.keys(schema.shape);
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...where, name];
    const type = schema.shape[name] as z.ZodType | undefined;
    if (type !== undefined) return unknownFields(type, inner, place);
    return [{ where: place, message: `no field '${place.join('.')}': ${didYouMean(name, known)}` }];
  });
}
