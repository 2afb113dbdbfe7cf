require('./dist/cli/key.js');require('./dist/client/client.js');
