/** Reading a foreign JSON text: limits first, then the parser. */

const deepest = 64;

const quote = 0x22;
const backslash = 0x5c;

/** How deep lists and objects are nested, without parsing. */
function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let most = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) {
      at++;
      while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth++;
      if (depth > most) most = depth;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth--;
    }
  }
  return most;
}

/** The value of a text, `undefined` where it is no JSON or nested deeper than anything a business system has to say. */
export function parseJson(bytes: Buffer): unknown {
  if (depthOf(bytes) > deepest) return undefined;
  const text = bytes.toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}
