# Sourced by scripts that start programs of the module "programs" (root names the project): builds them and the agent, and sets
# java, agent, class_path and options. JAVA names another JDK's java.
JAVA_HOME=$(sh "$root/build-tools/find-jdk.sh") || exit 1
export JAVA_HOME
(cd "$root" && ./mvnw -B -ntp -q -Dquick -Pprograms -pl programs,agent -am package) || exit 1
java=${JAVA:-$JAVA_HOME/bin/java}
agent=$root/agent/target/quick/weft-agent.jar
class_path=$root/programs/target/quick/classes:$(cat "$root/programs/target/quick/class-path")
options="-Xmx768m --enable-native-access=ALL-UNNAMED"
