#!/bin/sh
# Open the course on Linux or macOS, without network:  sh start.sh
# This only looks for a Python that the kit has packages for; start.py does the rest.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
start="$here/course/tools/stick/start.py"
if [ ! -f "$start" ]; then
  echo "This kit is incomplete: there is no $start. Copy it from the instructor again."
  exit 1
fi
found=
for python in "$PYTHON" "$here/.venv/bin/python" \
  python3.14 python3.13 python3.12 python3.11 python3 python; do
  command -v "$python" >/dev/null 2>&1 || continue
  "$python" -c "import sys; sys.exit(sys.version_info < (3, 6))" >/dev/null 2>&1 || continue
  found=$python
  "$python" "$start" --can-start >/dev/null 2>&1 && break
done
if [ -z "$found" ]; then
  echo "No Python was found here. Install one from python.org, then start again; README.txt says which."
  exit 1
fi
# Where none fits, the last one found says in a sentence what is missing.
exec "$found" "$start" "$@"
