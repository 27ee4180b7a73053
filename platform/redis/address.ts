/** One Redis, the master that sentinels name, or a cluster. */
export type RedisAddress =
  | ({ readonly kind: 'standalone' } & Host & Access)
  | ({
      readonly kind: 'sentinel';
      readonly sentinels: readonly Host[];
      readonly sentinelPassword: string | undefined;
      /** The name by which the sentinels know the master. */
      readonly master: string;
    } & Access)
  | ({ readonly kind: 'cluster'; readonly nodes: readonly Host[] } & Access);

export interface Host {
  readonly host: string;
  readonly port: number;
}

interface Access {
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: boolean;
  /** Number of the database; a cluster has 0 alone. */
  readonly db: number;
}

/** What REDIS_URL may look like. */
export const redisUrlForms =
  'redis://host:port/db, redis+sentinel://host:port,host:port/master/db or redis+cluster://host:port,host:port (rediss for TLS)';

const form =
  /^redis(?<tls>s)?(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<hosts>[^@/?]+)(?<path>\/[^?]*)?(?:\?(?<query>.*))?$/;

/** Undefined when it has none of the forms. Several hosts with ports are no URL to the URL parser: hence one of our own. */
export function parseRedisUrl(url: string): RedisAddress | undefined {
  const { tls, kind, user, password, hosts = '', path = '/', query } = form.exec(url.trim())?.groups ?? {};
  const found = hosts.split(',').map((one) => parseHost(one, kind === 'sentinel' ? 26_379 : 6_379));
  const known = found.filter((host) => host !== undefined);
  const [first] = known;
  if (first === undefined || known.length < found.length) return undefined;
  const parts = path.split('/').slice(1).map(decode);
  const [master = ''] = parts;
  const db = Number((kind === 'sentinel' ? parts[1] : parts[0]) || 0);
  if (!Number.isInteger(db) || db < 0 || parts.length > (kind === 'sentinel' ? 2 : 1)) return undefined;
  const access: Access = {
    username: user ? decode(user) : undefined,
    password: password ? decode(password) : undefined,
    tls: tls !== undefined,
    db,
  };
  switch (kind) {
    case 'sentinel': {
      const sentinelPassword = new URLSearchParams(query).get('sentinelPassword') ?? undefined;
      return master === '' ? undefined : { kind, sentinels: known, sentinelPassword, master, ...access };
    }
    case 'cluster':
      return db === 0 ? { kind, nodes: known, ...access } : undefined;
    default:
      return known.length === 1 ? { kind: 'standalone', ...first, ...access } : undefined;
  }
}

function parseHost(text: string, defaultPort: number): Host | undefined {
  // The URL parser knows how hosts are written, IPv6 in brackets included.
  const url = URL.parse(`http://${text.trim()}`);
  if (url === null || url.hostname === '' || url.pathname !== '/') return undefined;
  // http's own port is left out by the parser.
  const port = Number(/:(\d+)$/.exec(text.trim())?.[1] ?? defaultPort);
  return { host: url.hostname.replaceAll(/^\[|\]$/g, ''), port };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
