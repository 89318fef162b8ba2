// The second of work that the server asks of a browser where very much comes from its address.
// The server's side is web_work.py. Not crypto.subtle: that is only there over HTTPS, and for
// hashes of a few bytes its promises take longer than the hashing.

const AT_ONCE = 30; // milliseconds of work before the page may draw again

// A number whose hash with the task begins with so many bits of zero.
export async function solved(task, bits) {
  for (let number = 0; ; ) {
    const until = performance.now() + AT_ONCE;
    do {
      for (const end = number + 200; number < end; number++) {
        if (firstWord(`${task}:${number}`) >>> (32 - bits) === 0) return String(number);
      }
    } while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve));
  }
}

// The first 32 bits of the SHA-256 of at most 55 ASCII signs: one block. FIPS 180-4, 6.2.
export function firstWord(text) {
  words.fill(0, 0, 16);
  for (let i = 0; i < text.length; i++) {
    words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  }
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  words[15] = 8 * text.length;
  for (let i = 16; i < 64; i++) {
    const a = words[i - 15];
    const b = words[i - 2];
    const small0 = turned(a, 7) ^ turned(a, 18) ^ (a >>> 3);
    const small1 = turned(b, 17) ^ turned(b, 19) ^ (b >>> 10);
    words[i] = words[i - 16] + small0 + words[i - 7] + small1;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    const large1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + large1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0;
    const large0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const two = (large0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  return (START[0] + a) >>> 0;
}

const words = new Int32Array(64);
const PRIMES = [];
for (let n = 2; PRIMES.length < 64; n++) if (PRIMES.every((prime) => n % prime)) PRIMES.push(n);
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
const ROUNDS = PRIMES.map((prime) => fraction(Math.cbrt(prime)));

function fraction(root) {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

function turned(word, by) {
  return (word >>> by) | (word << (32 - by));
}
