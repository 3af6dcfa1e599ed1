#!/usr/bin/env bash
# Writes down anew what the libraries make public: PublicAPI.Unshipped.txt of each. What PublicAPI.Shipped.txt lists has been released
# and stays listed there; a release moves the lines of the one file to the other.
set -euo pipefail
cd "$(dirname "$0")"
for library in ${*:-VecNet VecNet.Formats VecNet.Text VecNet.Extensions.AI VecNet.Extensions.Hosting VecNet.Mpi}; do
  echo '#nullable enable' > "$library/PublicAPI.Unshipped.txt"
  dotnet format analyzers "$library/$library.csproj" --diagnostics RS0016 --severity warn
done
