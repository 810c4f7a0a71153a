# Runs `tollgate secrets set TYPED` at a terminal of its own. Arguments: node, the command, what is typed, piece by piece.
# Prints the exit code on the first line and what the terminal showed after it.
import os
import pty
import select
import sys
import time

node, command, *keys = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.execv(node, [node, command, "secrets", "set", "TYPED"])
shown = b""
until = time.monotonic() + 40
while time.monotonic() < until:
    if not select.select([terminal], [], [], 0.2)[0]:
        continue
    try:
        piece = os.read(terminal, 4096)
    except OSError:  # Linux: the other end is closed.
        break
    if not piece:
        break
    shown += piece
    if b"not shown" in shown:
        for key in keys:
            os.write(terminal, key.encode())
            time.sleep(0.05)
        keys = []
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(shown.decode(errors="replace"))
