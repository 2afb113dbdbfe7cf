import './dist/authenticator/authenticator.js';
