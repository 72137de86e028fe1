import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/*
 * Who may speak to the server: programs of this machine that know the token, which stands first in every address. Any page
 * of any site can send requests to a port of its visitor's machine; what tells those apart are the headers that a browser
 * sets and no page can choose: Host (a name of the site that leads here: DNS rebinding), Origin and Sec-Fetch-Site.
 */

/** Whatever the port, so that `ssh -L` works. */
const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;
const TOKEN_BYTES = 16;

/** 128 random bits, as 22 characters of an address. */
export const newToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/** A request that is let in: what it asks for behind the token. */
export interface Admitted {
  path: string;
  query: string;
}

/** @returns the HTTP status of its refusal where it is not let in */
export function admit(
  { url = '', headersDistinct }: Pick<IncomingMessage, 'url' | 'headersDistinct'>,
  token: string,
): Admitted | number {
  const { host = [], origin = [], 'sec-fetch-site': site = [] } = headersDistinct;
  if (host.length !== 1 || !LOCAL.test(host[0]!)) return 421;
  if (origin.length > 1 || site.length > 1) return 400;
  if (origin.length > 0 && origin[0] !== `http://${host[0]}`) return 403;
  if (site.length > 0 && site[0] !== 'same-origin' && site[0] !== 'none') return 403;
  const [, given = '', path = '', query = ''] = /^\/([^/?]*)\/([^?]*)\??(.*)$/s.exec(url) ?? [];
  return isEqual(given, token) ? { path, query } : 404;
}

/** Takes as long whatever is equal, and whatever the length. */
function isEqual(given: string, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
