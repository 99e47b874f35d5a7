/** `node:crypto` with `hash`, which Node 20 has since 20.12. */
import crypto from 'crypto';

export * from 'crypto';
export const hash =
  crypto.hash ?? ((algorithm, data, encoding = 'hex') => crypto.createHash(algorithm).update(data).digest(encoding));
