import { ApiError, type StatusBody } from './api-error.ts';
import type { KubeObject } from './resource.ts';

export type WatchEvent<T extends KubeObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Nothing changed up to this resourceVersion. */
  | { readonly type: 'BOOKMARK'; readonly object: KubeObject };

/** The events of a watch's body, one JSON text per line. An ERROR event is thrown as ApiError. */
export async function* readWatch<T extends KubeObject>(body: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent<T>> {
  for await (const line of readLines(body)) {
    const event = JSON.parse(line) as WatchEvent<T> | { readonly type: 'ERROR'; readonly object: StatusBody };
    if (event.type === 'ERROR') throw new ApiError(event.object.code ?? 500, event.object);
    yield event;
  }
}

/** Whole lines only: what stands after the last line end was cut off in the middle and is no event. */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let pieces: string[] = [];
  for await (const chunk of body) {
    const [first = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n');
    pieces.push(first);
    for (const piece of rest) {
      const line = pieces.join('');
      pieces = [piece];
      if (line !== '') yield line;
    }
  }
}
