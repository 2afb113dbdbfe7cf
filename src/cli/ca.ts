/** `stuntkey ca`: the authority behind the key's attestations. */
import { Command, Option } from 'commander';
import { base64 } from '../base/base64url.ts';
import { examples } from './help.ts';
import type { GlobalOptions } from './key.ts';
import { print, printBytes, printJson } from './output.ts';

interface Arguments extends GlobalOptions {
  readonly format: 'pem' | 'der';
  readonly intermediate?: true;
}

export function caCommand(): Command {
  return new Command('ca')
    .description("the test authority behind the key's attestations")
    .addCommand(
      new Command('export')
        .description("write the root's certificate, for a server to trust")
        .addOption(new Option('--format <format>', 'the encoding').choices(['pem', 'der']).default('pem'))
        .option('--intermediate', "the intermediate's certificate instead")
        .addHelpText(
          'after',
          examples(
            'stuntkey ca export > root.pem',
            'stuntkey ca export --format der | openssl x509 -inform der -text',
          ),
        )
        .action(async (_options: unknown, command: Command) => {
          const { format, intermediate, json } = command.optsWithGlobals<Arguments>();
          const { defaultAuthority } = await import('../authority/default-authority.ts');
          const authority = defaultAuthority();
          const der = (intermediate && (await authority.intermediate())) || (await authority.root());
          const { toPem } = await import('../crypto/formats/pem.ts');
          const pem = toPem('CERTIFICATE', der);
          if (json) printJson({ pem, der: base64(der) });
          else if (format === 'der') printBytes(der);
          else print(pem.trimEnd());
        }),
    )
    .addHelpText('after', examples('stuntkey ca export > root.pem'));
}
