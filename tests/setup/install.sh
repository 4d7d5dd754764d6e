#!/bin/sh
# Installs packages of the system (Debian, Ubuntu): as root, or with a sudo that asks nothing; else says the command.
set -eu
command="apt-get update && apt-get install -y --no-install-recommends $*"
if ! command -v apt-get >/dev/null; then
    echo "Please install with your system's package manager: $*" >&2
    exit 1
elif [ "$(id -u)" = 0 ]; then
    sh -c "$command" >/dev/null
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo sh -c "$command" >/dev/null
else
    echo "Please type once: sudo sh -c '$command'" >&2
    exit 1
fi
