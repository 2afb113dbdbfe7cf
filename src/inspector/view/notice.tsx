/** What came of the last click; it is read out when it appears. */
import { Icon } from './icon.tsx';
import { Text } from './text.tsx';
import { useCell, useShell } from './use.ts';

export function NoticeBar() {
  const shell = useShell();
  const notice = useCell(shell.notice);
  return (
    <div class="notices" aria-live={notice?.tone === 'wrong' ? 'assertive' : 'polite'} role="status">
      {notice !== undefined && (
        <div class={`notice ${notice.tone}`}>
          <p class="grow">
            <Text value={notice.text} most={1000} />
            {notice.wayOut !== undefined && (
              <>
                <br />
                <Text value={notice.wayOut} most={1000} />
              </>
            )}
          </p>
          {notice.undo !== undefined && (
            <button
              type="button"
              class="primary"
              onClick={() => shell.act(notice.undo as () => Promise<void>)}
            >
              Undo
            </button>
          )}
          <button type="button" class="icon-button" aria-label="Dismiss" onClick={() => shell.clear()}>
            <Icon name="cross" />
          </button>
        </div>
      )}
    </div>
  );
}
