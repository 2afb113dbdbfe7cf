import './dist/client/client.js';
