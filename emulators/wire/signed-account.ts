/**
 * The account that a request is signed for. The access key ids that the stand-in of STS issues contain the account and the end of their
 * validity. Every other key belongs to the stand-in's own account.
 */
import type { Exchange } from './loopback-server.ts';
import { Refusal } from './reply.ts';

/** 12 digits of the account, 7 characters for the end of the session in seconds since 1970 (base 36), and a serial number. */
const temporaryKey = /^ASIA(\d{12})([0-9A-Z]{7})[0-9A-Z]+$/;

/** Builds the key id of a temporary session. `expiresAt`: ms since the epoch. `serial`: a number that no other session has. */
export function temporaryKeyId(account: string, expiresAt: number, serial: number): string {
  const seconds = Math.floor(expiresAt / 1_000)
    .toString(36)
    .padStart(7, '0');
  return `ASIA${account}${seconds}${serial.toString(36)}`.toUpperCase();
}

/** The access key id of the signature; `null`: the request is not signed. The signature is not verified. */
export function signedKeyId({ request }: Exchange): string | null {
  return /Credential=([^/,]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** `home`: the account for every key that is not temporary. */
export function signedAccount(exchange: Exchange, home: string): string {
  return temporaryKey.exec(signedKeyId(exchange) ?? '')?.[1] ?? home;
}

/** Throws the services' error for a temporary key that has expired, or that comes without its session token. */
export function checkSession(exchange: Exchange, now: number): void {
  const [, , expiry] = temporaryKey.exec(signedKeyId(exchange) ?? '') ?? [];
  if (expiry === undefined) return;
  if (exchange.request.headers['x-amz-security-token'] === undefined) {
    const message = 'The security token included in the request is invalid.';
    throw new Refusal({ name: 'UnrecognizedClientException', message });
  }
  if (Number.parseInt(expiry, 36) * 1_000 <= now) {
    const message = 'The security token included in the request is expired';
    throw new Refusal({ name: 'ExpiredTokenException', message });
  }
}
