#!/bin/sh
# Builds the image without a Docker engine (buildah, as root, on Debian or Ubuntu) and runs it: as a user without
# rights, on a root that is read-only, without a network, stopped as `docker stop` does. The base is a stand-in made
# with debootstrap from the mirror of this machine, so this proves the Dockerfile, not the bytes of the official base.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
work=${IMAGE_WORK:-$(mktemp -d)}
b() { buildah --storage-driver overlay --root "$work/store" --runroot "$work/run" "$@"; }

command -v buildah debootstrap >/dev/null || apt-get install -y --no-install-recommends buildah debootstrap

if ! b inspect --type image docker.io/library/python:3.11-slim-bookworm >/dev/null 2>&1; then
    mirror=$(apt-get indextargets --format '$(SITE)' | sort -u | head -1)
    debootstrap --variant=minbase --include=ca-certificates,python3.11,python3-pip,python3.11-venv \
        bookworm "$work/rootfs" "$mirror" >/dev/null
    ln -sf python3 "$work/rootfs/usr/bin/python"
    rm -f "$work/rootfs/usr/lib/python3.11/EXTERNALLY-MANAGED"
    base=$(b from scratch)
    b add -q "$base" "$work/rootfs" / >/dev/null
    b config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin --cmd python3 "$base"
    b commit -q "$base" docker.io/library/python:3.11-slim-bookworm >/dev/null
    b rm "$base" >/dev/null
    rm -rf "$work/rootfs"
fi

b bud --isolation chroot --pull-never --network host --format docker --layers -v /etc/ssl/certs:/etc/ssl/certs:ro \
    -t trialboard "$here" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }

container=$(b from --pull-never localhost/trialboard)
root=$(b mount "$container")
trap 'b umount "$container" >/dev/null; b rm "$container" >/dev/null' EXIT
echo "user: $(b inspect --format '{{.OCIv1.Config.User}}' "$container")"
b images --format 'size: {{.Name}} {{.Size}}' | grep -v none

# a network of its own with nothing but loopback; the root bound read-only; only /dev/shm can be written
unshare --net --mount --pid --fork sh -eu -c '
    root=$1
    ip link set lo up 2>/dev/null || true
    mount --bind "$root" "$root"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/dev"
    mkdir "$root/dev/shm"
    mount -t tmpfs tmpfs "$root/dev/shm"
    for device in null zero urandom random; do touch "$root/dev/$device"; mount --bind "/dev/$device" "$root/dev/$device"; done
    chmod 1777 "$root/dev/shm"
    mount -o remount,bind,ro "$root"
    if touch "$root/app/written" 2>/dev/null; then echo "FAILED: the root can be written"; exit 1; fi
    chroot --userspec=10001:10001 "$root" /usr/bin/env -i PATH=/venv/bin:/usr/bin PYTHONDONTWRITEBYTECODE=1 \
        PYTHONUNBUFFERED=1 HOME=/dev/shm TMPDIR=/dev/shm MPLCONFIGDIR=/dev/shm \
        python -c "import os; os.chdir(\"/app\"); os.execvp(\"gunicorn\", [\"gunicorn\", \"app:server\"])" >"$2" 2>&1 &
    server=$!
    check() { chroot --userspec=10001:10001 "$root" /usr/bin/env PATH=/venv/bin:/usr/bin PYTHONDONTWRITEBYTECODE=1 python -c "$1"; }
    ask="from urllib.request import urlopen; print"
    tries=0
    until check "$ask(urlopen(\"http://127.0.0.1:8050/healthz\").status)" 2>/dev/null; do
        tries=$((tries + 1))
        kill -0 $server && [ $tries -lt 60 ] || { echo "FAILED: it does not answer"; tail -20 "$2"; exit 1; }
        sleep 1
    done
    check "$ask(len(urlopen(\"http://127.0.0.1:8050/\").read()), \"bytes of page\")"
    check "$ask(urlopen(\"http://127.0.0.1:8050/numbers/survival.csv\").read().decode().splitlines()[0][:60])"
    kill -TERM $server
    wait $server && echo "stopped: status 0" || { echo "FAILED: stopped with $?"; exit 1; }
' image "$root" "$work/server.log"

"${PYTHON:-python3}" - "$work/server.log" <<'END'
import json, sys
lines = [line for line in open(sys.argv[1]) if line.strip() and not line.startswith("trialboard is ready")]
for line in lines:
    json.loads(line)
print(f"log: {len(lines)} lines, each of them JSON, beside the one that says where the page is")
END
