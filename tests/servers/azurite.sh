#!/usr/bin/env bash
# An Azure Blob server for tests: Azurite in memory, on loopback.
# Usage: azurite.sh PORT. Prints "ready URL ACCOUNT KEY" and serves until its standard input ends; then it ends its process by its id.
# Needs 'npm ci' in this folder.
set -euo pipefail
port=${1:?port}
here=$(cd "$(dirname "$0")" && pwd)
# The account and key that every Azure emulator has.
account=devstoreaccount1
key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==
node "$here/node_modules/azurite/dist/src/blob/main.js" --blobHost 127.0.0.1 --blobPort "$port" --silent --disableTelemetry \
  --skipApiVersionCheck --inMemoryPersistence --extentMemoryLimit "${VERSIONING_TEST_AZURE_MEGABYTES:-2048}" 1>&2 < /dev/null &
pid=$!
trap 'kill -KILL "$pid" 2> /dev/null || true' EXIT
for _ in $(seq 1 300); do
  kill -0 "$pid" 2> /dev/null || { echo "azurite.sh: it ended" >&2; exit 1; }
  if (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null; then
    echo "ready http://127.0.0.1:$port/$account $account $key"
    cat > /dev/null
    exit 0
  fi
  sleep 0.05
done
echo "azurite.sh: it does not answer" >&2
exit 1
