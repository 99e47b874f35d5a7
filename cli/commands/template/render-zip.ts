/**
 * Renders a zip file with the given files, deflated. The same files give the same bytes, because every file has the date 1 January 1980.
 */
import { deflateRawSync } from 'node:zlib';

interface ZippedFile {
  /** The name can have Latin letters, digits, dots and hyphens. */
  name: string;
  content: Uint8Array;
}

/** 1 January 1980, the earliest date that a zip file can have. */
const date = (1 << 5) | 1;
const deflated = 8;
const version = 20;
/** A regular file that every user has permission to read: Lambda runs the function as another user. */
const mode = 0o100_644;
const madeOnUnix = 3;

/** There must be fewer than 65,536 files, and together they must be smaller than 4 GB. */
export function renderZip(files: readonly ZippedFile[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of files) {
    const data = deflateRawSync(content, { level: 9 });
    const common = renderNumbers([
      [2, version],
      [2, 0],
      [2, deflated],
      [2, 0],
      [2, date],
      [4, crc32(content)],
      [4, data.length],
      [4, content.length],
      [2, Buffer.byteLength(name)],
      [2, 0],
    ]);
    const local = [Buffer.from('PK\u0003\u0004'), common, Buffer.from(name), data];
    const rest: [number, number][] = [
      [2, 0],
      [2, 0],
      [2, 0],
      [4, mode * 0x1_0000],
      [4, offset],
    ];
    directory.push(
      Buffer.from('PK\u0001\u0002'),
      renderNumbers([[2, (madeOnUnix << 8) | version]]),
      common,
      renderNumbers(rest),
      Buffer.from(name),
    );
    parts.push(...local);
    offset += Buffer.concat(local).length;
  }
  const listed = Buffer.concat(directory);
  const end = renderNumbers([
    [2, 0],
    [2, 0],
    [2, files.length],
    [2, files.length],
    [4, listed.length],
    [4, offset],
    [2, 0],
  ]);
  return Buffer.concat([...parts, listed, Buffer.from('PK\u0005\u0006'), end]);
}

/** Renders the numbers one after the other. Each number has a size in bytes, and the lowest byte is first. */
function renderNumbers(numbers: readonly (readonly [bytes: number, value: number])[]): Buffer {
  return Buffer.concat(
    numbers.map(([bytes, value]) => {
      const buffer = Buffer.alloc(bytes);
      buffer.writeUIntLE(value, 0, bytes);
      return buffer;
    }),
  );
}

/** Computes the checksum of a file in the zip format. `node:zlib` has this function only since Node 20.15 and 22.2. */
function crc32(content: Uint8Array): number {
  let sum = 0xffff_ffff;
  for (const byte of content) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb8_8320 : 0);
  }
  return (sum ^ 0xffff_ffff) >>> 0;
}
