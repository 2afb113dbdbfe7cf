/** Everything that has a name in the description: requests (requests.ts), which are checked, and answers, which are only described. */
import { jsonSchemaOf } from '../base/shape-schema.ts';
import { ofCeremonies } from './components/ceremonies.ts';
import { ofDevices } from './components/device.ts';
import { ofJudging } from './components/judging.ts';
import { bodies } from './requests.ts';
import { anyText, type Components, just, whole } from './shapes.ts';

export const components: Components = {
  ...Object.fromEntries(Object.entries(bodies).map(([name, shape]) => [name, jsonSchemaOf(shape)])),
  ...ofCeremonies,
  ...ofDevices,
  ...ofJudging,
  Error: just(
    {
      error: {
        type: 'object',
        properties: {
          name: { ...anyText, description: 'Of a ceremony: the name of the error that a page would get.' },
          code: { ...anyText, description: 'Stable, for programs.' },
          message: anyText,
          reason: { ...anyText, description: 'What a page would not be told.' },
          step: { ...anyText, description: 'Where in the ceremony it was.' },
          status: { ...anyText, description: 'The CTAP status that the device refused with, by its name.' },
          wayOut: { ...anyText, description: 'What helps.' },
          trace: { ...whole, description: 'The ceremony’s number in /traces.' },
        },
        required: ['name', 'code', 'message'],
      },
    },
    'error',
  ),
};
