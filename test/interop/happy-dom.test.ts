// @vitest-environment happy-dom
// @vitest-environment-options { "url": "https://login.example.com/account" }
import { describe } from 'vitest';
import { libraries } from './page-libraries.ts';

describe('in happy-dom', () => libraries('happy-dom'));
