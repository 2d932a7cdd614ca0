/** Reads one file out of a zip archive that is in memory. Enough for archives below 4 GB without encryption. */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const stored = 0;
const deflated = 8;

/** The content of the entry with this name. Throws when there is none, or when the archive is none. */
export async function readZipEntry(zip: Buffer, name: string): Promise<Buffer> {
  const end = findEnd(zip);
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== directoryEntry)
      throw new Error('the zip archive is damaged: its directory breaks off');
    const nameLength = zip.readUInt16LE(at + 28);
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) return content(zip, at, name);
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  throw new Error(`the zip archive has no entry ${name}`);
}

/** The end record comes last, before a comment of at most 64 KB. */
function findEnd(zip: Buffer): number {
  for (let at = zip.length - 22; at >= Math.max(0, zip.length - 22 - 0xffff); at--) {
    if (zip.readUInt32LE(at) === endOfDirectory) return at;
  }
  throw new Error('this is no zip archive');
}

async function content(zip: Buffer, entry: number, name: string): Promise<Buffer> {
  const method = zip.readUInt16LE(entry + 10);
  const packed = zip.readUInt32LE(entry + 20);
  const size = zip.readUInt32LE(entry + 24);
  const local = zip.readUInt32LE(entry + 42);
  // The local header repeats the name but may have other extra fields than the directory.
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const data = zip.subarray(start, start + packed);
  const result = method === stored ? data : method === deflated ? await inflate(data) : null;
  if (result === null) throw new Error(`the zip entry ${name} is packed by method ${method}, which is not supported`);
  if (result.length !== size) throw new Error(`the zip entry ${name} is damaged`);
  return result;
}
