import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readZipEntry } from './zip.ts';

/** A zip archive as the format says, by the few fields that matter to a reader. */
function zip(files: { name: string; content: string; method: 0 | 8 }[], comment = ''): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method } of files) {
    const plain = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(plain) : plain;
    const local = Buffer.alloc(30 + name.length + 4);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    local.writeUInt16LE(4, 28); // an extra field that the directory does not have
    local.write(name, 30);
    const entry = Buffer.alloc(46 + name.length);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(plain.length, 24);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    entry.write(name, 46);
    locals.push(local, packed);
    directory.push(entry);
    offset += local.length + packed.length;
  }
  const end = Buffer.alloc(22 + comment.length);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(offset, 16);
  end.writeUInt16LE(comment.length, 20);
  end.write(comment, 22);
  return Buffer.concat([...locals, ...directory, end]);
}

describe('readZipEntry', () => {
  const files = [
    { name: 'helm/', content: '', method: 0 as const },
    { name: 'helm/helm', content: 'program '.repeat(100), method: 8 as const },
    { name: 'plain', content: 'as it is', method: 0 as const },
  ];

  it.each([
    ['a packed entry', 'helm/helm', 'program '.repeat(100)],
    ['an entry that is not packed', 'plain', 'as it is'],
  ])('reads %s', async (_why, name, want) => {
    expect((await readZipEntry(zip(files), name)).toString()).toBe(want);
  });

  it('reads an archive that ends with a comment', async () => {
    expect((await readZipEntry(zip(files, 'made by hand'), 'plain')).toString()).toBe('as it is');
  });

  it('says which entry is missing', async () => {
    await expect(readZipEntry(zip(files), 'kubectl')).rejects.toThrow('no entry kubectl');
  });

  it('refuses what is no archive', async () => {
    await expect(readZipEntry(Buffer.from('hello, this is a text file'), 'a')).rejects.toThrow('no zip archive');
  });
});
