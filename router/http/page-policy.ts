/** What the page at the graph's address may load: Apollo's sandbox, which runs in a frame of its own. */
export const sandboxPolicy = {
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'", "'unsafe-inline'", 'https://embeddable-sandbox.cdn.apollographql.com'],
      styleSrc: ["'self'", "'unsafe-inline'"],
      frameSrc: ['https://sandbox.embed.apollographql.com'],
      imgSrc: ["'self'", 'data:', 'https:'],
      upgradeInsecureRequests: null,
    },
  },
};
