/** The walls of the house (README, "The house"): imports point one way, and each message says where the code should go. */
const wall = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });
const ours = (...names) => `^(${names.join('|')})/`;

module.exports = {
  forbidden: [
    wall(
      'no-cycles',
      {},
      { circular: true },
      'Two modules need each other: move what both need into a third.',
    ),
    wall(
      'platform-knows-no-domain',
      { path: '^platform/' },
      { path: ours('subgraphs', 'connectors', 'router', 'mcp-adapter', 'sdk', 'cli') },
      'platform/ is the ground and knows no domain: pass the thing in as an option, or move this code to the part that owns it.',
    ),
    wall(
      'subgraphs-are-islands',
      { path: '^subgraphs/([^/]+)/' },
      { path: '^subgraphs/([^/]+)/', pathNot: '^subgraphs/$1/' },
      'Subgraphs reach each other only through the graph (entities) or the bus (events).',
    ),
    wall(
      'subgraphs-stand-on-platform',
      { path: '^subgraphs/' },
      { path: ours('connectors', 'router', 'mcp-adapter', 'sdk', 'cli') },
      'A subgraph stands on platform/ alone: wire it to other parts in cli/.',
    ),
    wall(
      'connectors-stand-on-platform',
      { path: '^connectors/' },
      { path: ours('subgraphs', 'router', 'mcp-adapter', 'sdk', 'cli') },
      'A connector speaks a field protocol to a port of its own: what implements the port is wired in cli/.',
    ),
    wall(
      'router-knows-no-domain',
      { path: '^router/' },
      { path: ours('subgraphs', 'connectors', 'mcp-adapter', 'sdk', 'cli') },
      'The router knows no domain: express it in the SDL, or wire it in cli/.',
    ),
    wall(
      'router-has-no-sql',
      { path: '^(router|mcp-adapter)/' },
      { path: ['^platform/postgres/', '^node_modules/pg/'] },
      'SQL lives in subgraphs/*/store.ts.',
    ),
    wall(
      'mcp-knows-operations',
      { path: '^mcp-adapter/' },
      { path: ours('subgraphs', 'connectors', 'router', 'sdk', 'cli') },
      'mcp-adapter knows operations and principals: its port to the router is injected in cli/.',
    ),
    wall(
      'sdk-stands-alone',
      { path: '^sdk/' },
      { path: ours('platform', 'subgraphs', 'connectors', 'router', 'mcp-adapter', 'cli') },
      'The SDK ships to users: it may import nothing of the server.',
    ),
    wall(
      'only-config-reads-the-environment',
      { path: ours('subgraphs', 'connectors', 'router', 'mcp-adapter') },
      { path: '^platform/config/(load|settings)' },
      'process.env is read once, in cli/: take the value as an option.',
    ),
    wall(
      'tests-only-in-tests',
      { path: '^(platform|subgraphs|connectors|router|mcp-adapter|sdk|cli)/', pathNot: '\\.test\\.ts$' },
      { path: '^(test|bench)/' },
      'Production code may not lean on test code: move the shared part into platform/.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
