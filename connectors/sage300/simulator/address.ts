/** The address of a request: company, module, resource, key. */
import { Refusal } from './refusal.ts';
import { type Resource, resources } from './resource.ts';

export interface Target {
  resource: Resource;
  /** Inside the parentheses; null = the collection itself. */
  key: string | null;
}

export type Place = { module: string; metadata: true } | ({ module: string; metadata: false } & Target);

const below = /^\/sage300webapi\/v1\.0\/-\/([^/]+)\/([^/]+)\/([^/].*)$/i;
const form = /^(\w+)(?:\((.*)\))?$/s;

/** Throws `ResourceNotFound` for another company, module or resource. */
export function parseAddress(company: string, path: string): Place {
  const match = below.exec(path);
  const [, asked = '', module = '', rest = ''] = match ?? [];
  if (!match) throw notFound(path);
  if (asked !== company) throw new Refusal('ResourceNotFound', `The company ${asked} cannot be found.`);
  const last = decoded(rest);
  if (last === '$metadata' && resources.some(resource => resource.module === module)) return { module, metadata: true };
  const [, name, key] = form.exec(last) ?? [];
  const resource = resources.find(one => one.module === module && one.name === name);
  if (!resource) throw notFound(`${module}/${last}`);
  return { module, metadata: false, resource, key: key ?? null };
}

function notFound(what: string): Refusal {
  return new Refusal('ResourceNotFound', `The resource ${what} cannot be found.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
