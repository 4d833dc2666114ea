# Sourced by the tls-*.sh scripts (here names this folder): builds the command, and makes the folder work, which is removed when the script
# ends; the processes of start are killed then.
weft=$here/../weft
"$weft" --version >/dev/null # builds it if need be
work=$(mktemp -d)
pids=
trap 'kill $pids 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT
export WEFT_JAVA_OPTS="-Xmx256m"

certificate() { # certificate ec|rsa:BITS KEY CERTIFICATE NAME...: a key, and its self-signed certificate for the names
  local kind=("$1") key=$2 certificate=$3 names
  [ "$1" != ec ] || kind=(ec -pkeyopt ec_paramgen_curve:P-256)
  shift 3
  names=$(printf ',DNS:%s' "$@")
  openssl req -x509 -newkey "${kind[@]}" -nodes -days 30 -keyout "$key" -out "$certificate" -subj "/CN=$1" \
    -addext "subjectAltName=${names#,}" 2>"$work/openssl.log"
}

compile() { # compile FILE: a program of this folder; sets java, the command that runs it, without -Xmx
  local path
  JAVA_HOME=$(sh "$here/../build-tools/find-jdk.sh")
  path=$(grep -E '/(weft-core|netty)-[^/]*$' "$here/../cli/target/quick/parts" | tr '\n' ':')
  "$JAVA_HOME/bin/javac" -d "$work" -cp "$path" "$here/$1"
  java=("$JAVA_HOME/bin/java" --add-opens=java.base/java.lang=ALL-UNNAMED --enable-native-access=ALL-UNNAMED
    -Djdk.trackAllThreads=false -cp "$path$work")
}

start() { # start NAME COMMAND...: in the background, until it has said where it listens; sets last, its process
  local name=$1
  shift
  : >"$work/$name.log"
  "$@" <&0 >"$work/$name.log" 2>&1 & # with the standard input, which the shell would take away
  last=$!
  pids="$pids $last"
  until grep -q "scheduler\|ACCEPT" "$work/$name.log"; do
    kill -0 "$last" || { cat "$work/$name.log"; exit 1; }
    sleep 0.1
  done
}
