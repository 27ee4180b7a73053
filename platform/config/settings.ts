import { logLevels } from '../telemetry/logger.ts';
import {
  anyText,
  choice,
  decimal,
  file,
  flag,
  folder,
  integer,
  listOf,
  port,
  redisUrl,
  role,
  url,
} from './kinds.ts';
import { type SettingGroup, setting } from './setting.ts';

const rate = (env: string, most: number, help: string) =>
  setting({ env, kind: integer({ min: 1, max: 1_000_000_000_000 }), default: most, help });

/**
 * Everything that can be set, by the environment and by nothing else: `eaio config` and the README show this list.
 * Each group becomes a part of `Config` under its name here.
 */
export const settings = {
  http: {
    title: 'The door',
    settings: {
      host: setting({
        env: 'HOST',
        kind: anyText,
        default: '127.0.0.1',
        help: 'Address to listen on; 0.0.0.0 for every network of the machine.',
      }),
      port: setting({
        env: 'PORT',
        kind: port,
        default: 4000,
        help: 'Port of GraphQL, MCP, ingest, health and metrics.',
      }),
      edgeWorkers: setting({
        env: 'EAIO_EDGE_WORKERS',
        kind: integer({ min: 1, max: 64 }),
        default: 1,
        help: 'Edge processes that share the port.',
      }),
      allowedHosts: setting({
        env: 'EAIO_ALLOWED_HOSTS',
        kind: listOf(anyText),
        unset: 'localhost and HOST',
        help: 'Host names under which clients reach us; others are refused (DNS rebinding).',
      }),
      trustedProxies: setting({
        env: 'EAIO_TRUSTED_PROXIES',
        kind: listOf(anyText),
        unset: 'none',
        help: 'Addresses or networks (10.0.0.0/8) of proxies that end TLS and say whom they ask for (X-Forwarded-For).',
      }),
      corsOrigins: setting({
        env: 'EAIO_CORS_ORIGINS',
        kind: listOf(url('https', 'http')),
        unset: 'none',
        help: 'Origins whose pages may call us from a browser.',
      }),
      tlsCert: setting({
        env: 'EAIO_TLS_CERT',
        kind: file,
        unset: 'plain HTTP',
        help: 'PEM file of the certificate and its chain; read again when it changes.',
      }),
      tlsKey: setting({
        env: 'EAIO_TLS_KEY',
        kind: file,
        unset: 'plain HTTP',
        help: 'PEM file of the key of EAIO_TLS_CERT.',
      }),
      shutdownDeadlineS: setting({
        env: 'EAIO_SHUTDOWN_DEADLINE_S',
        kind: integer({ min: 1, max: 600 }),
        default: 10,
        help: 'Seconds that running requests get to finish when a process is told to stop.',
      }),
    },
  },
  run: {
    title: 'What runs',
    settings: {
      mode: setting({
        env: 'EAIO_MODE',
        kind: choice(['development', 'production']),
        default: 'development',
        help: 'In production nothing starts with keys of our own making, or with plain HTTP to other machines without a proxy.',
      }),
      roles: setting({
        env: 'EAIO_ROLES',
        kind: listOf(role),
        unset: 'edge and workers',
        help: 'Parts of the system that this start runs, each in a process of its own.',
      }),
      dataDir: setting({
        env: 'EAIO_DATA_DIR',
        kind: folder,
        default: '.eaio',
        help: 'Folder of the local database, the local Redis, keys and logs.',
      }),
      logLevel: setting({
        env: 'EAIO_LOG_LEVEL',
        kind: choice(logLevels),
        default: 'info',
        help: 'Least level that is logged.',
      }),
    },
  },
  services: {
    title: 'What it stands on',
    settings: {
      databaseUrl: setting({
        env: 'DATABASE_URL',
        kind: url('postgresql', 'postgres'),
        unset: 'a PostgreSQL of our own in EAIO_DATA_DIR',
        help: 'PostgreSQL; TimescaleDB is used when the database has it.',
      }),
      pgPoolSize: setting({
        env: 'EAIO_PG_POOL_SIZE',
        kind: integer({ min: 1, max: 500 }),
        default: 10,
        help: 'Most PostgreSQL connections of each process.',
      }),
      redisUrl: setting({
        env: 'REDIS_URL',
        kind: redisUrl,
        unset: 'a redis-server of our own in EAIO_DATA_DIR',
        help: 'Redis: event streams, shared cache. One server, the master that sentinels name (their own password: ?sentinelPassword=), or a cluster.',
      }),
      milvusUrl: setting({
        env: 'MILVUS_URL',
        kind: url('http', 'https'),
        unset: 'off',
        help: 'Milvus, for the search for similar patterns; nothing uses it yet.',
      }),
      mqttUrl: setting({
        env: 'MQTT_URL',
        kind: url('mqtt', 'mqtts', 'ws', 'wss'),
        unset: 'off',
        help: 'MQTT broker that meters publish readings to; nothing uses it yet.',
      }),
      openLineageUrl: setting({
        env: 'OPENLINEAGE_URL',
        kind: url('http', 'https'),
        unset: 'off: kept in PostgreSQL only',
        help: 'Where OpenLineage events of batch jobs are posted, for example http://marquez:5000/api/v1/lineage.',
      }),
    },
  },
  quality: {
    title: 'How readings are looked after',
    settings: {
      everyS: setting({
        env: 'EAIO_QUALITY_EVERY_S',
        kind: integer({ min: 1, max: 86_400 }),
        default: 300,
        help: 'Seconds between looks at how data came in, at gaps, and at whether stream, store and rollups agree.',
      }),
      estimateAfterS: setting({
        env: 'EAIO_ESTIMATE_AFTER_S',
        kind: integer({ min: 0, max: 31_536_000 }),
        default: 86_400,
        help: 'Seconds for which a gap waits for what may still come before it is estimated; 0 never estimates by itself.',
      }),
    },
  },
  identity: {
    title: 'Who may ask',
    settings: {
      jwksUrl: setting({
        env: 'JWKS_URL',
        kind: url('https', 'http'),
        unset: 'tokens of our own (npm run token)',
        help: 'Public keys of the identity provider whose tokens are accepted.',
      }),
      issuer: setting({
        env: 'JWT_ISSUER',
        kind: anyText,
        default: 'eaio',
        help: 'Issuer (iss) that tokens must name.',
      }),
      audience: setting({
        env: 'JWT_AUDIENCE',
        kind: anyText,
        default: 'eaio',
        help: 'Audience (aud) that tokens must name.',
      }),
      signingKey: setting({
        env: 'EAIO_SIGNING_KEY',
        kind: anyText,
        unset: 'made at first start, in EAIO_DATA_DIR/keys',
        secret: true,
        help: 'Private Ed25519 JWK that signs local tokens and those between router and subgraphs; set the same for processes that share no EAIO_DATA_DIR.',
      }),
      safelist: setting({
        env: 'EAIO_SAFELIST',
        kind: flag,
        default: true,
        help: 'Run persisted operations only; ad-hoc queries need the scope schema:explore. Off: ad-hoc queries for everyone with a token.',
      }),
    },
  },
  audit: {
    title: 'What is on record',
    settings: {
      keepDays: setting({
        env: 'EAIO_AUDIT_KEEP_DAYS',
        kind: integer({ min: 1, max: 36_500 }),
        default: 400,
        help: 'Days for which records of the audit stay in the database; then they are archived to files.',
      }),
      archiveDir: setting({
        env: 'EAIO_AUDIT_ARCHIVE_DIR',
        kind: folder,
        unset: 'audit in EAIO_DATA_DIR',
        help: 'Folder of archived records.',
      }),
      anchorFile: setting({
        env: 'EAIO_AUDIT_ANCHOR',
        kind: file,
        unset: 'audit/anchor.json in EAIO_DATA_DIR',
        help: 'File that says how far the chain of records has grown; best on a disk that the database server can not write.',
      }),
    },
  },
  source: {
    title: 'Where readings come from',
    settings: {
      bdg2Dir: setting({
        env: 'EAIO_BDG2_DIR',
        kind: folder,
        unset: 'the synthetic portfolio',
        help: 'Folder of Building Data Genome 2 files to load and replay.',
      }),
      bdg2Corrections: setting({
        env: 'EAIO_BDG2_CORRECTIONS',
        kind: flag,
        default: false,
        help: "Correct what the data prove wrong in BDG2's metadata (a site's zone, another's place); else it is followed as published.",
      }),
      buildings: setting({
        env: 'EAIO_BUILDINGS',
        kind: integer({ min: 1, max: 10_000 }),
        default: 60,
        help: 'Buildings of the synthetic portfolio.',
      }),
      seed: setting({
        env: 'EAIO_SEED',
        kind: integer({ min: 0, max: 2 ** 32 - 1 }),
        default: 1,
        help: 'Seed of the synthetic portfolio: the same seed, the same readings.',
      }),
      speed: setting({
        env: 'EAIO_SPEED',
        kind: decimal({ min: 0.1, max: 86_400 }),
        unset: '1, or 60 for a replay of BDG2',
        help: 'Pace of live readings: 1 is real time, 60 a minute a second.',
      }),
    },
  },
  limits: {
    title: 'Limits of a request',
    settings: {
      bodyBytes: setting({
        env: 'EAIO_MAX_BODY_BYTES',
        kind: integer({ min: 1_024, max: 2 ** 30 }),
        default: 1_048_576,
        help: 'Bytes of the body of a GraphQL or MCP request.',
      }),
      ingestBytes: setting({
        env: 'EAIO_MAX_INGEST_BYTES',
        kind: integer({ min: 1_024, max: 2 ** 30 }),
        default: 16_777_216,
        help: 'Bytes of the body of an ingest request.',
      }),
      timeoutS: setting({
        env: 'EAIO_REQUEST_TIMEOUT_S',
        kind: decimal({ min: 0.1, max: 600 }),
        default: 15,
        help: 'Seconds after which an unanswered request fails.',
      }),
      depth: setting({
        env: 'EAIO_MAX_DEPTH',
        kind: integer({ min: 1, max: 100 }),
        default: 12,
        help: 'Fields below one another in an ad-hoc query.',
      }),
      cost: setting({
        env: 'EAIO_MAX_COST',
        kind: integer({ min: 1, max: 10_000_000 }),
        default: 10_000,
        help: 'Cost of an ad-hoc query; a field costs 1, a list its length times its content.',
      }),
      aliases: setting({
        env: 'EAIO_MAX_ALIASES',
        kind: integer({ min: 0, max: 10_000 }),
        default: 30,
        help: 'Aliases in an ad-hoc query.',
      }),
      directives: setting({
        env: 'EAIO_MAX_DIRECTIVES',
        kind: integer({ min: 0, max: 10_000 }),
        default: 30,
        help: 'Directives in an ad-hoc query.',
      }),
      batch: setting({
        env: 'EAIO_MAX_BATCH',
        kind: integer({ min: 1, max: 1_000 }),
        default: 10,
        help: 'Operations in one request.',
      }),
    },
  },
  rates: {
    title: 'How much in a time',
    settings: {
      requests: rate('EAIO_LIMIT_REQUESTS', 6_000_000, 'Operations of each principal in a minute.'),
      cost: rate('EAIO_LIMIT_COST', 2_000_000_000, 'Cost of the operations of each principal in a minute.'),
      costOfDay: rate(
        'EAIO_LIMIT_COST_DAY',
        500_000_000_000,
        'Cost of the operations of each principal in a day.',
      ),
      address: rate('EAIO_LIMIT_ADDRESS', 6_000_000, 'Requests of each network address in a minute.'),
      tool: rate('EAIO_LIMIT_TOOL', 600_000, 'Calls of one MCP tool by one principal in a minute.'),
      ingest: rate('EAIO_LIMIT_INGEST', 600_000, 'Requests with readings of each principal in a minute.'),
      streams: rate(
        'EAIO_LIMIT_STREAMS',
        100_000,
        'Subscriptions that a principal holds open in each edge process.',
      ),
    },
  },
  cache: {
    title: 'Answers that are kept',
    settings: {
      megabytes: setting({
        env: 'EAIO_CACHE_MB',
        kind: integer({ min: 0, max: 65_536 }),
        default: 64,
        help: 'Megabytes of answers that each edge process keeps; 0 keeps none.',
      }),
      ttlMetadataS: ttl('METADATA', 3_600, 'facts of sites, buildings and meters'),
      ttlReadingsS: ttl('READINGS', 300, 'readings and what is computed from them'),
      ttlLiveS: ttl('LIVE', 5, 'latest values'),
      ttlWeatherS: ttl('WEATHER', 3_600, 'weather'),
      ttlModelsS: ttl('MODELS', 900, 'what models say'),
    },
  },
} as const satisfies Readonly<Record<string, SettingGroup>>;

function ttl(category: string, seconds: number, what: string) {
  return setting({
    env: `EAIO_TTL_${category}_S`,
    kind: integer({ min: 0, max: 86_400 }),
    default: seconds,
    help: `Seconds for which answers about ${what} are kept, unless an event makes them stale before.`,
  });
}

/** Where a subgraph runs elsewhere: its instances, one variable a subgraph. */
export const subgraphUrls = {
  pattern: /^SUBGRAPH_([A-Z][A-Z0-9_]*)_URLS$/,
  env: 'SUBGRAPH_<NAME>_URLS',
  kind: listOf(url('http', 'https')),
  unset: 'in process',
  help: 'Instances of a subgraph that runs elsewhere: SUBGRAPH_ENERGY_URLS=http://a:4001/graphql,http://b:4001/graphql.',
} as const;
