#!/bin/sh
# Builds the image without a Docker engine (buildah, as root, on Debian or Ubuntu) and runs it: as a user without
# rights, on a root that is read-only, without a network, stopped as `docker stop` does. The base is a stand-in made
# with debootstrap from the mirror of this machine, so this proves the Dockerfile, not the bytes of the official base.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
work=${IMAGE_WORK:-$(mktemp -d)}
# what is built from, without the digest that the stand-in cannot have
base=$(sed -n 's/^ARG PYTHON=\([^@]*\).*/\1/p' "$here/Dockerfile")
b() { buildah --storage-driver overlay --root "$work/store" --runroot "$work/run" "$@"; }

command -v buildah debootstrap >/dev/null || apt-get install -y --no-install-recommends buildah debootstrap

if ! b inspect --type image "docker.io/library/python:$base" >/dev/null 2>&1; then
    mirror=$(apt-get indextargets --format '$(SITE)' | sort -u | head -1)
    debootstrap --variant=minbase --include=ca-certificates,python3.11,python3-pip,python3.11-venv \
        bookworm "$work/rootfs" "$mirror" >/dev/null
    ln -sf python3 "$work/rootfs/usr/bin/python"
    rm -rf "$work/rootfs/usr/lib/python3.11/EXTERNALLY-MANAGED" "$work"/rootfs/var/cache/apt/*.bin \
        "$work"/rootfs/var/cache/apt/archives/*.deb "$work"/rootfs/var/lib/apt/lists/*
    empty=$(b from scratch)
    b add -q "$empty" "$work/rootfs" / >/dev/null
    b config --env PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin --cmd python3 "$empty"
    b commit -q "$empty" "docker.io/library/python:$base" >/dev/null
    b rm "$empty" >/dev/null
    rm -rf "$work/rootfs"
fi

b bud --isolation chroot --pull-never --network host --format docker --layers -v /etc/ssl/certs:/etc/ssl/certs:ro \
    --build-arg "PYTHON=$base" -t trialboard "$here" >"$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }

container=$(b from --pull-never localhost/trialboard)
root=$(b mount "$container")
trap 'b umount "$container" >/dev/null; b rm "$container" >/dev/null' EXIT
echo "user: $(b inspect --format '{{.OCIv1.Config.User}}' "$container")"
b images --format 'size: {{.Name}} {{.Size}}' | grep -v none

# what the Dockerfile says of user, folder, environment, command and health is what runs below
b inspect --type image localhost/trialboard >"$work/image.json"
cat >"$work/as_configured.py" <<'END'
"""as_configured.py IMAGE.json ROOT Cmd|Healthcheck|ARGUMENTS...: run it in the root as the image is configured."""
import json, os, pwd, sys
_, image, root, what, *rest = sys.argv
config = json.load(open(image))["Docker"]["config"]
given = {"Cmd": config["Cmd"], "Healthcheck": config["Healthcheck"]["Test"][1:]}.get(what, [what, *rest])
os.chroot(root)
user = pwd.getpwuid(int(config["User"]))
os.setgroups([])
os.setgid(user.pw_gid)
os.setuid(user.pw_uid)
os.chdir(config["WorkingDir"])
os.environ.clear()
os.environ.update(line.split("=", 1) for line in config["Env"])
os.execvp(given[0], given)
END

# a network of its own with nothing but loopback; the root bound read-only; only /dev/shm can be written
unshare --net --mount --pid --fork sh -eu -c '
    root=$1 work=$2 python=$3
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
    as_configured() { exec "$python" "$work/as_configured.py" "$work/image.json" "$root" "$@"; }
    (as_configured Healthcheck) 2>/dev/null && { echo "FAILED: healthy before it was started"; exit 1; }
    as_configured Cmd >"$work/server.log" 2>&1 &
    server=$!
    tries=0
    until (as_configured Healthcheck) 2>/dev/null; do
        tries=$((tries + 1))
        kill -0 $server && [ $tries -lt 60 ] || { echo "FAILED: it is not healthy"; tail -20 "$work/server.log"; exit 1; }
        sleep 1
    done
    echo "healthy"
    ask="from urllib.request import urlopen as ask; at = \"http://127.0.0.1:8050\"; print"
    (as_configured python -c "$ask(len(ask(at).read()), \"bytes of page\")")
    (as_configured python -c "$ask(ask(at + \"/numbers/survival.csv\").read().decode().splitlines()[0][:60])")
    (as_configured python -c "$ask(len(ask(at + \"/slides/deck.pptx\").read()), \"bytes of slides\")")
    (as_configured python -c "$ask(len(ask(at + \"/report.html\").read()), \"bytes of report\")")
    (as_configured python -c "import pandas; pandas.DataFrame({\"a\": [1]}).to_parquet(\"/dev/shm/a.parquet\"); print(len(pandas.read_parquet(\"/dev/shm/a.parquet\")), \"row of Parquet\")")
    kill -TERM $server
    wait $server && echo "stopped: status 0" || { echo "FAILED: stopped with $?"; exit 1; }
' image "$root" "$work" "$(command -v "${PYTHON:-python3}")"

"${PYTHON:-python3}" - "$work/server.log" <<'END'
import json, sys
lines = [line for line in open(sys.argv[1]) if line.strip() and not line.startswith("trialboard is ready")]
for line in lines:
    json.loads(line)
print(f"log: {len(lines)} lines, each of them JSON, beside the one that says where the page is")
END
