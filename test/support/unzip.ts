import { crc32, inflateRawSync } from 'node:zlib';

/** The text of each file in a zip file, by file name. Reads the central directory. Throws if a size or a checksum is wrong. */
export function unzip(zip: Buffer): Map<string, string> {
  const end = zip.lastIndexOf('PK\u0005\u0006');
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [checksum, packedSize, size] = [16, 20, 24].map((field) => zip.readUInt32LE(at + field));
    const nameLength = zip.readUInt16LE(at + 28);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const content = inflateRawSync(zip.subarray(start, start + (packedSize ?? 0)));
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    if (content.length !== size || crc32(content) !== checksum) throw new Error(`${name} is damaged.`);
    files.set(name, content.toString());
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return files;
}
