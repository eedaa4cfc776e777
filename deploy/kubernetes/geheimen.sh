#!/bin/sh
# Puts what deploy/geheimen.sh made into the Secrets that the pods mount, each with what its service needs:
#   deploy/kubernetes/geheimen.sh [FOLDER]      (KUBECTL="kubectl --context x --namespace happyflow" for another place)
# Where a vault does that (External Secrets, Vault, Sealed Secrets), let it make Secrets of these names and keys.
set -eu
kubectl=${KUBECTL:-kubectl --namespace happyflow}
cd "${1:-$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)/geheimen}"

# Applied, so that a second run changes only what differs. The values go by a pipe and stand in no command line.
secret() {
    name=$1
    shift
    files=''
    for file in "$@"; do
        # A missing one would leave a Secret that lacks it, and pods that wait for it.
        [ -r "$file" ] || { echo "geheimen.sh: $file is niet te lezen" >&2; exit 1; }
        files="$files --from-file=$file"
    done
    # shellcheck disable=SC2086 — both are words on purpose; the names of the files hold no space
    $kubectl create secret generic "$name" --dry-run=client --output=yaml $files | $kubectl apply --filename=-
}

secret happyflow-database-beheer beheerder happyflow_bus happyflow_allocation happyflow_invoice happyflow_matching \
    happyflow_ledger
for service in allocation invoice matching ledger; do
    secret "happyflow-database-$service" happyflow_bus "happyflow_$service"
done
secret happyflow-sleutels pseudoniem.key opslag-*.key
# Only where no OIDC issuer says who somebody is.
if [ "${TOKENS:-}" = lokaal ]; then secret happyflow-token token.pem; fi
