#!/usr/bin/env node
import { main } from './main.ts';

const code = await main(process.argv.slice(2), process);
// All was closed in order; whatever a library still holds (a timer, an idle socket) is no reason to stay.
process.exit(code);
