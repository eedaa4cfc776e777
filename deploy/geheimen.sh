#!/bin/sh
# Makes every secret that docker-compose.yml wants and that is not there yet, in deploy/geheimen or the folder named:
#   deploy/geheimen.sh [FOLDER]
# What is there stays as it is: a second pseudonym key would make two persons of every client. Keep a copy of the
# keys, apart from the database. The folder is for its owner alone; the files in it can be read by whoever gets them
# mounted, because a container's user has another number than yours.
set -eu
umask 077
folder=${1:-$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)/geheimen}
mkdir -p "$folder"
chmod 700 "$folder"

random() { head -c 32 /dev/urandom; }
password() { random | base64 | tr -d '=\n'; echo; }
key() { random | base64; }
# An Ed25519 private key is 32 random bytes; before them what says so (RFC 8410).
token_key() {
    echo '-----BEGIN PRIVATE KEY-----'
    { printf '\060\056\002\001\000\060\005\006\003\053\145\160\004\042\004\040'; random; } | base64
    echo '-----END PRIVATE KEY-----'
}

make() {
    [ ! -e "$folder/$1" ] || return 0
    "$2" > "$folder/.$1.nieuw"
    chmod 444 "$folder/.$1.nieuw"
    # A link fails where somebody else was first.
    if ln "$folder/.$1.nieuw" "$folder/$1" 2>/dev/null; then echo "gemaakt: $1" >&2; fi
    rm -f "$folder/.$1.nieuw"
}

for role in beheerder happyflow_bus happyflow_allocation happyflow_invoice happyflow_matching happyflow_ledger grafana; do
    make "$role" password
done
make pseudoniem.key key
make opslag-1.key key
make token.pem token_key
