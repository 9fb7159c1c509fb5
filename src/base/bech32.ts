/** Whether a key was written whole: the checksum of bech32 (BIP 173), by which age writes its keys. Pure. @module */

const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Whether the checksum at the end of a text in small letters is that of what stands before it. */
export function isBech32(text: string): boolean {
  const split = text.lastIndexOf("1");
  const data = [...text.slice(split + 1)].map((letter) => LETTERS.indexOf(letter));
  if (split < 1 || data.length < 6 || data.includes(-1)) return false;
  const prefix = [...text.slice(0, split)].map((letter) => letter.charCodeAt(0));
  const high = prefix.map((code) => code >> 5);
  const low = prefix.map((code) => code & 31);
  return checksum([...high, 0, ...low, ...data]) === 1;
}

function checksum(values: readonly number[]): number {
  let sum = 1;
  for (const value of values) {
    const top = sum >>> 25;
    sum = (sum & 0x1ffffff) << 5 ^ value;
    GENERATOR.forEach((term, i) => sum ^= (top >>> i & 1) === 1 ? term : 0);
  }
  return sum;
}
