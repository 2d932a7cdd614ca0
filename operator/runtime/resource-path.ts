import type { ResourceType } from './resource.ts';

export interface PathParts {
  namespace?: string | undefined;
  name?: string | undefined;
  subresource?: string | undefined;
}

/**
 * The URL path of a collection or an object. Every part is checked and encoded: a name out of a manifest can never climb
 * out of its place.
 */
export function pathOf(resource: ResourceType, { namespace, name, subresource }: PathParts): string {
  const root = resource.group === '' ? '/api' : `/apis/${segment('group', resource.group)}`;
  const parts = [root, segment('version', resource.version)];
  if (namespace) parts.push('namespaces', namespaceSegment(resource, namespace));
  parts.push(segment('plural', resource.plural));
  if (name !== undefined) {
    if (resource.namespaced && !namespace)
      throw new Error(`a ${resource.kind} is addressed with a namespace, none came`);
    parts.push(segment('name', name));
  }
  if (subresource !== undefined) parts.push(segment('subresource', subresource));
  return parts.join('/');
}

function namespaceSegment(resource: ResourceType, namespace: string): string {
  if (!resource.namespaced) throw new Error(`a ${resource.kind} has no namespace, '${namespace}' came`);
  if (!/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(namespace)) {
    throw new Error(`a namespace must be a DNS label, '${namespace}' came`);
  }
  return namespace;
}

/** The API server's own rule for names in paths, plus its length limit. */
function segment(what: string, text: string): string {
  const refused = text === '' || text === '.' || text === '..' || text.length > 253 || /[/%\p{Cc}]/u.test(text);
  if (refused)
    throw new Error(`a ${what} must be 1 to 253 characters without '/' and '%', '${text.slice(0, 300)}' came`);
  return encodeURIComponent(text);
}
