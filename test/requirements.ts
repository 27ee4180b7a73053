import { measured, of, type Requirement } from './kit/requirement.ts';

/**
 * What the product promises, each in one sentence as a user would say it. Tests say which they prove by a line directly above
 * them, `// Proves: import.repeatable, import.faults-reported`; `requirements.test.ts` holds that none is left unproved.
 * A promise goes here when it is made. One that is broken for now keeps its test, as `test.failing`.
 */
export const requirements: readonly Requirement[] = [
  ...of('README, Two commands', {
    'start.installs-what-is-missing':
      'Both commands install the dependencies first: once, and again when the lock file changes.',
    'start.redis-server': 'Where there is no redis-server it is installed, or one message names the choices.',
    'start.a-line-a-step': 'Each step is one line with its time, and long work shows how far it is.',
    'start.what-it-prints-works':
      'The token, the query, the stream and the MCP configuration that a start prints work as printed.',
    'start.next-start-reuses': 'The next start finds the data of the one before and loads nothing again.',
    'start.half-finished':
      'A start that was killed half-way, while making the database or loading, is finished by the next.',
    'start.refusals':
      'A busy port, a folder that can not be written, a database or Redis that does not answer: one sentence, exit code 1.',
    'start.one-a-folder': 'A second start on the same data folder is refused in a sentence.',
    'stop.leaves-nothing-running': 'Ctrl-C and SIGTERM stop all that was started, in the opposite order.',
    'stop.requests-finish': 'Requests that are running when the system stops get their answers.',
    'stop.second-signal': 'A second Ctrl-C ends a stop that hangs.',
    'stop.kill-9':
      'What kill -9 of the parent leaves behind ends by itself and does not block the next start.',
  }),
  ...of('README, Run it in production', {
    'config.faults-at-once': 'All wrong settings are told at once, each with what is allowed.',
    'roles.apart': 'Each role runs as a process of its own, with the same answers.',
    'roles.one-leader': 'What only one process may do is done by one, and by another when that is gone.',
    'roles.come-back': 'The system goes on when one of its processes dies.',
  }),
  ...of('product', {
    'cli.explains-itself': '`--help` says what each command takes, with examples.',
    'errors.secrets-hidden': 'Passwords and tokens are in no message and in no log.',
    'errors.faults-hidden':
      'A fault of ours shows the caller an id and nothing else; the log has it under that id.',
  }),
  ...of('SECURITY.md, Audit', {
    'audit.all-on-record':
      'Every mutation, tool call and refusal is on record: who, from where, what, how it ended.',
    'audit.secrets-masked': 'Secrets among the arguments are not on record.',
    'audit.chain': 'A record that was changed, deleted, moved or cut off is found by `eaio audit verify`.',
    'audit.append-only':
      'The table of records takes nothing but appends; what leaves it was archived and verified before.',
    'audit.no-record-no-command':
      'What can not be put on record is not done; reads go on, and the health says so.',
    'audit.outlives-crashes': 'Each record is in the chain once, whatever dies between.',
  }),
  ...of('SECURITY.md, Limits', {
    'limits.shared':
      'Two edges together let through what one limit allows, by GraphQL, WebSocket, SSE, MCP and ingest.',
    'limits.cost': 'Operations count by their cost, in the minute and in the day.',
    'limits.told': 'Answers say the policy and what is left; a refusal is a 429 that says when to come back.',
    'limits.without-redis': 'Without Redis each process keeps the limits for itself.',
    'limits.schema-hidden':
      'The schema is told to nobody but explorers: neither by introspection nor by suggestions.',
    'limits.streams': 'A principal may hold a bounded number of streams open.',
  }),
  ...of('SECURITY.md, Hardening', {
    'hardening.headers':
      'Answers carry the headers that keep browsers from running, framing or guessing at them.',
    'hardening.csrf':
      'Pages of origins that are not on the list can neither ask nor send nor open a WebSocket.',
    'hardening.bodies':
      'Bodies that nest too deep, pollute prototypes, are too big or unpack to too much are refused.',
    'hardening.slow-clients': 'Heads that are too long are refused, and slow ones cut off.',
    'hardening.production':
      'Production mode refuses development keys, and plain HTTP to other machines without a proxy.',
    'hardening.tls': 'The port is served by TLS when it is given a certificate.',
    'hardening.fuzz':
      'Inputs that nobody meant crash nothing, meet no fault of ours, and leave the memory as it was.',
    'hardening.sql': 'No value from outside is written into the text of a statement.',
  }),
  ...of('README, Load your BDG2', {
    'import.files-as-published':
      'The eight meter types are read as published: raw or cleaned, plain or gzipped.',
    'import.skipped-hour': 'The local hour that does not exist in spring is left out and counted.',
    'import.doubled-hour':
      'Of the hour that comes twice in autumn, a file with one gives the first, a file with two both.',
    'import.faults-reported':
      'A faulty cell is counted and reported with file, line and reason; the rest is loaded.',
    'import.repeatable': 'Importing the same files twice changes nothing.',
    'import.resumable': 'An import that was interrupted or killed can be run again.',
    'import.equals-the-files':
      'kWh and hours of the real sample equal an independent computation from its files.',
    'import.streaming': 'Files of any size are read in less than 300 MB.',
    'import.while-running': 'An import goes into the running system, whose answers have it at once.',
    'live.bdg2-replay': 'The last 30 days of BDG2 are held back and replayed live.',
  }),
  ...of('README, Two commands: the synthetic portfolio', {
    'synthetic.same-everywhere': 'One seed gives the same portfolio in every process.',
    'synthetic.mix':
      'It has the mix of uses and meters of BDG2, from 60 buildings to 1,000 with 3,000 meters.',
    'synthetic.follows-life': 'Its meters follow occupancy, season and weather on the local clock.',
    'synthetic.faults-listed':
      'Its injected faults are listed as they are in the data, and nothing else is wrong.',
    'live.synthetic': 'Its readings keep coming live, as fast as asked for, and add up to its history.',
  }),
  ...of('README, How it flows', {
    'storage.same-answers': 'TimescaleDB and plain PostgreSQL give the same answers.',
    'storage.best-engine': 'A database uses the best engine that its server offers, and keeps to it.',
    'storage.rollups-stay-right': 'Hours, days and months stay right when readings come late or change.',
    'storage.writers-at-once': 'Writers at the same time wait for each other, and nothing is lost.',
    'storage.migrations': 'Migrations go forward only, and two processes may run them at once.',
  }),
  ...of('ADR 0001', {
    'graph.calendar-days':
      "A day is the building's own: 23 or 25 hours long when clocks change, and it says so.",
  }),
  ...of('README, Send readings', {
    'ingest.result-per-item': 'Each item has a result of its own; a bad one does not lose the good ones.',
    'ingest.repeatable': 'Sending a reading twice changes nothing.',
    'ingest.ndjson': 'NDJSON streams of any length are stored batch by batch.',
    'ingest.bus-away': 'Readings are stored while the bus is away, and told of when it is back.',
  }),
  ...of('product: the graph', {
    'graph.raw-readings': 'Raw readings of a meter can be read page by page.',
    'graph.aggregates': 'Sum, mean, minimum, maximum and coverage by hour, day, week and month.',
    'graph.missing-is-null': 'What was not measured is null with a coverage, never zero.',
    'graph.intensity': 'Energy use intensity of a building.',
    'graph.comparison': 'Comparison with the period before and the same period last year.',
    'graph.load-shape': 'Load profile by hour of the week, base load, and peak demand with its time.',
    'graph.totals': 'Totals of a site and of the portfolio.',
    'graph.top-consumers': 'The ranking of buildings by use or by intensity.',
    'graph.latest': 'The newest reading of each meter of a building.',
    'graph.filters': 'Lists can be filtered by site, use, area, meter type and words.',
    'graph.statements': 'A list of any length costs one SQL statement a level and kind.',
    'graph.bad-arguments': 'A bad argument is refused with what is allowed.',
  }),
  ...of('product: data quality', {
    'quality.estimates-by-the-trade':
      'A gap of up to two hours is interpolated, a longer one filled from like days, and none where too little was measured.',
    'quality.estimates-marked':
      'What was filled in is marked with its method, counted in sums, replaced by what is measured later, and added once.',
    'quality.edits-undone':
      'Readings can be set, scaled, rejected and restored with a reason; sums follow, and an edit can be taken back.',
    'quality.history':
      'Where a reading, or a day of them, came from and what was changed about it is in the graph.',
    'lineage.openlineage':
      'Batch jobs are told of by OpenLineage, kept and posted; whoever does not take it never disturbs the job.',
    'quality.measures':
      'Completeness, validity, timeliness and uniqueness by day, meter and building, and the worst meters of the portfolio.',
    'quality.fell': 'When the data of a meter get clearly worse, whoever may see it is told once.',
    'sync.found-and-mended':
      'A changed rollup, a deleted row and a reading that the store passed over are found and mended.',
    'quality.looked-after':
      'Workers estimate what nothing will fill any more, watch how data come in, and check that all agrees; metrics show it.',
    'sync.beside-writers':
      'Checks and repairs run beside writers, and tell nothing as wrong that is under way.',
    'quality.estimates-are-close':
      'On real meters estimates are within 20 % of what was measured, and not biased.',
  }),
  ...of('CONTRIBUTING', {
    'graph.every-field-described': 'Every field of the graph says what it is.',
    'ci.last-line': 'A test run ends with one line of what passed and failed, and an exit code that agrees.',
  }),
  ...of('GraphQL Cursor Connections Specification', {
    'graph.connections': 'Lists are pages with opaque cursors: every item once, in order.',
  }),
  ...of('README, Ask something', {
    'identity.token-wanted': 'Everything but health wants a token.',
    'identity.token-command': 'npm run token prints a token that the running system takes.',
    'identity.granted-buildings': 'A token for some buildings sees and changes nothing of any other.',
  }),
  ...of('README, Add a domain', {
    'identity.field-without-scope':
      'A field that has neither a scope nor a reason to be public does not build.',
    'identity.scopes-hold': 'A field is refused to whoever lacks its scopes, with those that are missing.',
  }),
  ...of('RFC 7519, RFC 8725', {
    'identity.forged': 'Expired, forged and foreign tokens are refused with the reason.',
    'security.permission-matrix':
      'Who may ask for what is one reviewed table, and shows so at the wire for every role, granted or not.',
    'security.rows-guarded':
      'PostgreSQL itself shows a caller no row of a building that is not granted, whatever a statement forgot.',
    'security.jwt-attacks': 'No forged, foreign, expired or misshapen token opens any door.',
    'identity.provider': "An identity provider's keys are fetched from its address.",
    'identity.remembered': 'A verified token is remembered until it expires, and no longer.',
  }),
  ...of('Apollo Federation subgraph specification', {
    'federation.subgraph': "The subgraph kit passes Apollo's compatibility tests.",
    'router.compose-faults': 'A composition that fails says file, line and mend of every fault.',
    'router.same-remote': 'Subgraphs in process and remote give equal answers and streams.',
  }),
  ...of('product: the router', {
    'router.files-current': 'The committed supergraph and manifest are those of the sources.',
    'router.balancing': 'An instance that is gone costs no request, and is used again when it is back.',
    'router.retries': 'Queries are tried again within a budget, mutations never; a breaker ends vain tries.',
    'router.internal-token': "Subgraphs take the router's short-lived token, and no caller's own.",
    'router.partial-data': 'A dead subgraph costs its own fields, with a clear error at each.',
    'router.reload':
      'A new graph or manifest is taken over as a whole; the last good one is kept when it is faulty.',
    'router.operation-left-out':
      'An operation that does not fit the graph is named and left out, and the rest served.',
    'router.safelist':
      'Texts of their own run for those who may explore, and for nobody where that is asked for.',
    'router.limits': 'Depth, size, cost, aliases and batches of ad-hoc queries are bounded.',
    'router.time-limit': 'An answer that takes too long ends in time, with what is there.',
    'router.trace': 'The trace of a request reaches its subgraphs.',
  }),
  ...of('GraphQL, Execution', {
    'router.answer-shape':
      'An answer has what was selected, in its order, and a forbidden null takes the nearest place that may be null.',
  }),
  ...of('GraphQL over HTTP', {
    'edge.http': "All audits of graphql-http pass, and what can't be taken is refused with its own code.",
    'edge.health': 'Health says which part is down, and what is merely degraded.',
    'edge.compression': 'Large answers are compressed for those who take it.',
    'edge.several-processes': 'Several edge processes share one port.',
    'edge.one-process-killed':
      'Of 1,000 requests a second few and only explained ones fail when one of two edges is killed.',
  }),
  ...of("graphql-ws' PROTOCOL.md", {
    'live.websocket': 'WebSocket clients get every message and close code of the protocol.',
    'live.token-ends': 'A token that expires or is revoked closes the stream with 4403.',
  }),
  ...of("graphql-sse's PROTOCOL.md", {
    'live.sse': 'Streams come as server-sent events too, and go on behind Last-Event-ID.',
  }),
  ...of('product: live', {
    'live.reading-added':
      'A subscriber sees each reading of the buildings and meter types asked for as it is stored.',
    'live.pulse': 'A pulse tells the last value, today so far, and today against a normal day, at once.',
    'live.pulse-pace': 'A pulse comes at most once a second.',
    'live.shared': 'Equal subscriptions of equal access share one upstream; others share nothing.',
    'live.resume': 'A client that comes back with its cursor gets what it missed, once and in order.',
    'live.gap': 'What can not be made up for is a notice that says from when to when.',
    'live.slow-client': 'A client that is too slow gets the newest or a gap notice, and holds nobody up.',
    'live.heartbeats': 'Heartbeats keep connections alive and find dead ones.',
    'live.redis-restart': 'Streams go on where they were when Redis restarts, or say what was lost.',
    'live.deploy': 'A process that goes down sends its clients elsewhere, where they go on.',
  }),
  ...of('product: the cache', {
    'cache.cluster': 'The cache works on a Redis Cluster, and without one of its nodes answers are computed.',
    'cache.sentinel':
      'The cache works over a failover that Redis Sentinel makes, and gives out nothing stale after it.',
    'cache.large-answers-stream':
      'A large answer is held once: it leaves in pieces, at the pace of whoever reads it, compressed on the way.',
    'cache.levels': 'An answer is made once, and held by the process and by Redis for the other processes.',
    'cache.question': 'Equal questions of equal access share an answer, and no others do.',
    'cache.bounded': 'The memory of the cache is bounded in bytes.',
    'cache.one-computation': 'Equal questions at once cost one computation, across processes.',
    'cache.stale-while-revalidate': 'An answer a little over its time is given out while a new one is made.',
    'cache.negative': 'That there is no such thing is remembered; a passing error is not.',
    'cache.invalidation-100ms':
      'What an event made stale is not served later than 100 ms after it, by two edges.',
    'cache.redis-gone':
      'With Redis slow or gone answers are computed, health is degraded, and nothing stale follows.',
    'cache.metrics': 'Hits by category, the hit ratio and the memory in use are metrics.',
    'cache.validators': 'GET has an ETag, and 304 for whoever has the bytes.',
    'cache.seen': 'Those who may see it are told whether an answer came from the cache, and how old it is.',
  }),
  ...of('README, Add an operation', {
    'operations.faults-at-once': 'All faults of all operations are told at once, with file, line and mend.',
    'operations.directives':
      'What an operation says of itself is in the manifest, and not in what is executed.',
    'operations.hidden-variables':
      'A variable bound to a claim is filled from the token, absent from the tool, and refused.',
  }),
  ...of('README, Use it from a language model', {
    'mcp.stdio': 'A desktop client is served over standard input and output, with the rights it is given.',
    'mcp.registry': 'The registry lists each server with its tools’ hash and the instances that serve it.',
    'mcp.any-instance': 'Any instance answers any request, and tells its listeners of changes at another.',
    'mcp.apart':
      'Deployed apart from the router it serves the same, with the rights and the trace of the caller.',
    'mcp.every-fault': 'All faults of a call are told at once, each with its path and what is allowed.',
    'mcp.invalid-stays-outside': 'No invalid call reaches a subgraph.',
    'mcp.own-tools': 'A caller lists what the caller may call, in the same order each time.',
    'mcp.partial-answer': 'An answer of which a part is missing is an error that keeps the rest.',
    'mcp.budget': 'A result over its budget is cut, and can be continued to its end.',
    'mcp.contexts': 'Buildings and sites are described in at most 600 tokens.',
    'mcp.live-resources':
      'Who listens to a resource is told of its changes, and only of those that the caller may see.',
    'mcp.search-mode': 'In search mode three tools find, describe and call all that the caller may call.',
    'mcp.token-ends': 'A stream of changes ends with the token of its listener.',
    'mcp.prompts': 'Six prompts, with their arguments completed.',
  }),
  ...of('MCP 2025-11-25 and 2026-07-28', {
    'mcp.clients':
      'The official clients of both revisions list and call every tool, and each result fits its schema.',
    'mcp.input-schemas': 'The input schema of a tool says all that the graph knows of its variables.',
    'mcp.origin': 'Requests of strange hosts and origins are refused (Transports, security).',
    'mcp.resource-metadata': 'Protected-resource metadata name the resource and its scopes (RFC 9728).',
    'mcp.insufficient-scope': 'A call without its scope is 403 insufficient_scope with the fewest missing.',
    'mcp.authorization': 'A client without a good token is told how to come back (Authorization).',
    'mcp.lists-age': 'Lists say for how long they may be kept, and by whom.',
    'mcp.progress': 'A call that asks for progress hears of it.',
    'mcp.cancellation': 'A cancelled call cancels its query.',
    'mcp.completion': 'Templates complete within what the caller may see.',
  }),
  ...of('README, Use it from TypeScript', {
    'sdk.installs': 'The packed SDK installs into an empty project, type-checks there and runs.',
    'sdk.wrong-argument': 'A wrong argument does not compile.',
    'sdk.small': 'The runtime is under 15 KB gzipped and needs no Node built-in.',
    'sdk.typed-errors':
      'Missing identity, missing scopes and faulty input are errors of their own, with what helps.',
    'sdk.retries': 'A query is tried again when the connection breaks, a mutation never.',
    'sdk.gives-up': 'A call ends in time when the server is silent, and at once when it is told to.',
    'sdk.batching': 'Queries of one moment go in one request, and each gets its own answer.',
    'sdk.gap': 'What can not be made up for is an event of its own, and the stream goes on behind it.',
    'sdk.resume': 'A stream goes on behind its last event when the connection breaks.',
  }),
  ...measured('README, Two commands', {
    'start.first-under-20s': ['first start: 60 buildings', 'The first start is ready in under 20 s.'],
    'start.next-under-6s': ['next start', 'The next starts are ready in under 6 s.'],
    'import.100000-a-second': [
      'import of the BDG2 sample',
      'At least 100,000 readings a second, end to end.',
    ],
  }),
  ...measured('product: speed', {
    'graph.month-under-20ms': [
      'a month of one building by day',
      'A month of a building by day takes under 20 ms.',
    ],
    'graph.portfolio-under-300ms': [
      'portfolio total by month',
      'A portfolio total by month takes under 300 ms.',
    ],
    'mcp.speed': [
      'MCP tools/call, cached',
      'A cached call has 80 % of the rate of a bare SDK server whose tool does nothing.',
    ],
    'mcp.search-saves': ['MCP tools/list', 'Search mode lists a fraction of what all tools take.'],
    'live.memory': [
      'memory a subscriber',
      'Of 10,000 WebSocket subscribers each costs at most 20 KB of memory.',
    ],
    'router.cached-speed': [
      'cached persisted query',
      'A cached persisted query has half the rate of raw node:http, and four times that of Apollo Server.',
    ],
    'router.uncached-speed': [
      'uncached federated query',
      'An uncached federated query has 1.5 times the rate of the bare gateway.',
    ],
  }),
  ...of('issue: data quality in the stream', {
    'vee.rules':
      'Every rule of validation finds its fault from what came before alone, and nothing in plain weeks.',
    'vee.minutes': 'A meter that sends minutes is judged by its hours.',
    'detect.back-filled':
      "Panther's back-filled months are found: every run of a day or more whole, and 85 % of the hours in shorter runs.",
    'detect.score':
      'Injected faults are found in other real meters than those tuned on, with few false alarms on their unfaulted data.',
  }),
  ...of('issue 5, Bus', {
    'bus.partitions': 'Events are spread over partitions by their key, and stay in order within it.',
    'bus.groups': 'Each group of consumers gets every event.',
    'bus.shared': 'The workers of a group share its partitions evenly; one that stops is followed at once.',
    'bus.take-over':
      'What a dead worker held is taken over within 10 s, with what it was given and had not done.',
    'bus.exactly-once':
      'A consumer that moves its position in the transaction of its effect has every effect once.',
    'bus.priorities': 'Alerts never wait behind bulk readings.',
    'bus.dead-letters':
      'An event that its consumer can not digest goes to the dead letters with its error, attempts and bytes; others go on.',
    'bus.evolution':
      'Consumers get the newest version of an event; one that is newer than they know waits for the upgrade.',
    'bus.back-pressure':
      'A group that stands still pushes back to the publishers; nothing that was taken is lost.',
    'bus.retention': 'Nothing is trimmed that a registered group has not read, short of the hard limit.',
    'bus.replay': 'A replay gives one group what it had, at its speed, and disturbs no other.',
    'bus.outbox': 'Events that announce a change of the database are published if it commits, in order.',
    'bus.cluster':
      'Publishing, sharing work, both kinds of positions, repartitioning and dead letters work on a Redis Cluster.',
    'bus.repartition': 'The number of partitions changes without losing the order within a key.',
  }),
  {
    id: 'mcp.conformance',
    source: 'MCP 2025-11-25 and 2026-07-28',
    promise: "The protocol's own conformance suite passes, but for listed failures with reasons.",
    script: 'test/mcp/conformance/run.ts',
  },
];

/** Promises that are built, or being built, and that no test proves yet: told of at each run, so that they are not forgotten. */
export const notYetProved: readonly Requirement[] = [
  ...of('README, Load your BDG2', {
    'import.memory':
      'A whole import, storing included, takes less than 300 MB whatever the size of its files.',
  }),
  ...of('product: the router', {
    'federation.gateway-audit': 'No case of the public gateway audit that the bare gateway passes is lost.',
  }),
  ...of('README, Use it from a language model', {
    'mcp.inspector': "The Inspector's command line lists and calls every tool.",
  }),
  ...of('README, Use it from TypeScript', {
    'sdk.rate-limited': 'A refusal for too many requests is an error of its own, with how long to wait.',
  }),
];
