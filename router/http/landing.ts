/** What a person sees who opens the address in a browser: Apollo's sandbox on this graph (from the net), and what works without it. */
export function landingPage(path: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>EAIO graph</title><meta name="viewport" content="width=device-width">
<style>body{font:16px/1.5 system-ui,sans-serif;margin:0}header{padding:12px 20px;background:#123;color:#fff}code{background:#eee;color:#123;padding:2px 5px;border-radius:3px}#sandbox{height:calc(100vh - 110px)}</style></head>
<body>
<header><strong>EAIO graph</strong> at <code>${path}</code>. Every request needs <code>authorization: Bearer &lt;token&gt;</code>; get one by <code>npm run --silent token -- --role energy_engineer</code>
and put it under Headers. Subscriptions: the same address by WebSocket (graphql-transport-ws). Persisted operations: <code>schema/manifest.json</code>.</header>
<div id="sandbox"><p style="padding:20px">The explorer is loaded from Apollo's network; without it, use curl or any GraphQL client.</p></div>
<script src="https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js"></script>
<script>window.EmbeddedSandbox && new window.EmbeddedSandbox({ target: '#sandbox', initialEndpoint: location.origin + '${path}', includeCookies: false });</script>
</body></html>`;
}
