"""Runs a program on a pseudo-terminal of its own, and plays the person in front of it.

    person.py STEPS PROGRAM ARGUMENTS...

STEPS is JSON: a list of [what to wait for, what to type then]. {"signal": "INT"} instead of a text sends a signal. Prints JSON: the exit
code, and all that was on the terminal. With PTY_STDIN and PTY_STDOUT set, those are files and not the terminal.
"""
import json
import os
import pty
import select
import signal
import sys
import time

steps, program = json.loads(sys.argv[1]), sys.argv[2:]
pid, terminal = pty.fork()
if pid == 0:
    for variable, descriptor, flags in (("PTY_STDIN", 0, os.O_RDONLY), ("PTY_STDOUT", 1, os.O_WRONLY | os.O_CREAT)):
        path = os.environ.pop(variable, None)
        if path:
            os.dup2(os.open(path, flags), descriptor)
    os.execvp(program[0], program)

shown, seen, deadline = b"", 0, time.monotonic() + 600
while time.monotonic() < deadline:
    while steps and steps[0][0].encode() in shown[seen:]:
        expected, answer = steps.pop(0)
        seen = shown.index(expected.encode(), seen) + len(expected.encode())
        if isinstance(answer, dict):
            os.kill(pid, getattr(signal, "SIG" + answer["signal"]))
        else:
            os.write(terminal, answer.encode())
    if not select.select([terminal], [], [], 0.1)[0]:
        continue
    try:
        part = os.read(terminal, 65536)
    except OSError:
        break
    if not part:
        break
    shown += part
else:
    os.kill(pid, signal.SIGKILL)
_, status = os.waitpid(pid, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "shown": shown.decode("utf8", "replace"), "left": len(steps)}))
