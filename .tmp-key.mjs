import 'commander'; import './dist/cli/key.js';import './dist/client/client.js';
