/** The credentials: found by words, in a table of any length; one of them in whole beside it. */
import type { ComponentChildren } from 'preact';
import { useId, useMemo, useState } from 'preact/hooks';
import type { Credential } from '../answers.ts';
import { type Column, found, type Order } from '../state/credential-list.ts';
import { FileTarget } from '../view/file-target.tsx';
import { Id, Text, Time } from '../view/text.tsx';
import { useCell, useSession } from '../view/use.ts';
import { VirtualList } from '../view/virtual-list.tsx';
import { algorithmName } from '../words.ts';
import { CredentialPart } from './credential.tsx';
import { ExportDialog } from './export.tsx';
import { ImportDialog } from './import.tsx';

/** In pixels: a line in a wide page, two in a narrow one. */
const ROW = 36;
const TALL_ROW = 56;

const HEADS: readonly (readonly [
  name: string,
  title: string,
  column?: Column | undefined,
  meaning?: string,
])[] = [
  ['rp', 'RP', 'rp'],
  ['user', 'User', 'user'],
  ['id', 'ID'],
  ['alg', 'Algorithm'],
  ['count', 'Counter', 'signCount'],
  ['flags', 'BE BS', undefined, 'backup eligible, backup state'],
  ['disc', 'Discov.', undefined, 'discoverable'],
  ['prot', 'Protect', undefined, 'credProtect level'],
  ['ext', 'Extensions'],
  ['made', 'Made', 'made', 'as far as the door saw'],
  ['used', 'Used', 'used', 'as far as the door saw'],
];

export function Credentials({ isNarrow }: { readonly isNarrow: boolean }) {
  const session = useSession();
  const all = useCell(session.credentials);
  const isReading = useCell(session.reading);
  const searchId = useId();
  const [search, setSearch] = useState('');
  const [order, setOrder] = useState<Order>({ column: 'rp', descending: false });
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const [file, setFile] = useState<File | undefined | 'ask'>(undefined);
  const [isExporting, setExporting] = useState(false);
  const list = useMemo(() => found(all ?? [], search, order), [all, search, order]);
  const place = chosen === undefined ? -1 : list.findIndex(({ id }) => id === chosen);
  const one = chosen === undefined ? undefined : all?.find(({ id }) => id === chosen);
  const counts =
    list.length === all?.length
      ? `${number(list.length)}`
      : `${number(list.length)} of ${number(all?.length ?? 0)}`;
  return (
    <FileTarget what="a file of credentials" onFile={setFile}>
      <div class={one === undefined ? 'split' : 'split with-part'}>
        <section class="list-part" aria-label="Credentials">
          <div class="toolbar">
            <label class="sr" for={searchId}>
              Search credentials
            </label>
            <input
              id={searchId}
              type="search"
              placeholder="Search RP, user, ID"
              value={search}
              onInput={({ currentTarget }) => setSearch(currentTarget.value)}
            />
            <span class="faint grow" role="status">
              {all === undefined ? 'reading …' : counts}
              {isReading && all !== undefined && ', reading …'}
            </span>
            <button type="button" onClick={() => setFile('ask')}>
              Import …
            </button>
            <button type="button" onClick={() => setExporting(true)}>
              Export …
            </button>
          </div>
          {all?.length === 0 ? (
            <p class="faint pad">
              There is no credential yet. Register in a page, or drop a file of credentials here.
            </p>
          ) : (
            <VirtualList
              id="credentials"
              label="Credentials"
              kind="grid"
              class="table"
              count={list.length}
              rowHeight={isNarrow ? TALL_ROW : ROW}
              chosen={place}
              choose={(row) => setChosen(list[row]?.id)}
              head={<Heads order={order} onOrder={setOrder} />}
              row={(row) => {
                const credential = list[row];
                return credential && <Row credential={credential} />;
              }}
            />
          )}
        </section>
        {one !== undefined && (
          <CredentialPart key={one.id} credential={one} onClose={() => setChosen(undefined)} />
        )}
      </div>
      {file !== undefined && (
        <ImportDialog file={file === 'ask' ? undefined : file} onClose={() => setFile(undefined)} />
      )}
      {isExporting && <ExportDialog onClose={() => setExporting(false)} />}
    </FileTarget>
  );
}

function Heads({ order, onOrder }: { readonly order: Order; readonly onOrder: (order: Order) => void }) {
  return (
    <div class="virtual-head cells" role="row" aria-rowindex={1}>
      {HEADS.map(([name, title, column, meaning]) => {
        const isHere = column !== undefined && column === order.column;
        const sort = isHere ? (order.descending ? 'descending' : 'ascending') : undefined;
        return (
          <div key={name} role="columnheader" class={`cell c-${name}`} title={meaning} aria-sort={sort}>
            {column === undefined ? (
              title
            ) : (
              <button
                type="button"
                class="sort"
                onClick={() =>
                  onOrder({
                    column,
                    descending: isHere ? !order.descending : column !== 'rp' && column !== 'user',
                  })
                }
              >
                {title}
                <span aria-hidden="true">{isHere ? (order.descending ? ' ↓' : ' ↑') : ''}</span>
              </button>
            )}
          </div>
        );
      })}
    </div>
  );
}

function Row({ credential }: { readonly credential: Credential }) {
  const { id, rpId, userName, userDisplayName, userId, algorithm, signCount, extensions, made, used } =
    credential;
  const { backupEligible, backupState, discoverable, credProtect } = credential;
  const cells: Readonly<Record<string, ComponentChildren>> = {
    rp: rpId === undefined ? <span class="faint">hash only (U2F)</span> : <Text value={rpId} most={80} />,
    user: <Text value={userName ?? userDisplayName ?? userId ?? '–'} most={80} />,
    id: <Id value={id} />,
    alg: algorithmName(algorithm),
    count: signCount,
    flags: `${backupEligible ? 'BE' : '–'} ${backupState ? 'BS' : '–'}`,
    disc: discoverable ? 'yes' : 'no',
    prot: credProtect,
    ext: <Text value={extensions.join(', ') || '–'} most={80} />,
    made: <Time at={made} />,
    used: <Time at={used} />,
  };
  return (
    <div class="cells" role="presentation">
      {HEADS.map(([name]) => (
        <div key={name} role="gridcell" class={`cell c-${name}`}>
          {cells[name]}
        </div>
      ))}
    </div>
  );
}

const number = (value: number): string => value.toLocaleString('en');
