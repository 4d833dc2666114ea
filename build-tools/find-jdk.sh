#!/bin/sh
# Prints the home of an installed JDK that can build and run Weft, or says in one sentence that there is none.
#
# JAVA_HOME wins if it is new enough. Otherwise the usual install places are searched, and the oldest
# JDK that will do is taken, because it is the one Weft is tested with. The java on PATH comes last:
# it is the only one that has to be started to learn where it lives.

oldest=25

# major HOME sets $major to the feature version of the JDK in HOME, or to 0 if there is none.
major() {
  major=0
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
      JAVA_VERSION=*)
        line=${line#*\"}
        line=${line%%[!0-9]*}
        major=${line:-0}
        ;;
    esac
  done <"$1/release"
}

found=
found_major=

# consider HOME remembers it if it is new enough and older than what was found so far.
consider() {
  major "$1"
  [ "$major" -ge "$oldest" ] || return 0
  if [ -z "$found" ] || [ "$major" -lt "$found_major" ]; then
    found=$1
    found_major=$major
  fi
}

if [ -n "$JAVA_HOME" ]; then
  consider "$JAVA_HOME"
fi

if [ -z "$found" ]; then
  for home in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /usr/local/java/* /usr/local/*jdk* /opt/* /opt/*/* \
    "${SDKMAN_DIR:-$HOME/.sdkman}"/candidates/java/* "$HOME"/.jdks/* "$HOME"/.gradle/jdks/* \
    "$HOME"/.local/share/mise/installs/java/* "$HOME"/.asdf/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    consider "$home"
  done
fi

if [ -z "$found" ] && [ -x /usr/libexec/java_home ]; then
  consider "$(/usr/libexec/java_home -v "$oldest+" 2>/dev/null)"
fi

if [ -z "$found" ] && command -v java >/dev/null 2>&1; then
  consider "$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')"
fi

if [ -z "$found" ]; then
  echo "weft: no JDK $oldest or newer found in JAVA_HOME (${JAVA_HOME:-not set}), the usual install places" \
    "(/usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks, /Library/Java and the like) or PATH: install one," \
    "for example Temurin $oldest from https://adoptium.net, or set JAVA_HOME to where it is." >&2
  exit 1
fi
printf '%s\n' "$found"
