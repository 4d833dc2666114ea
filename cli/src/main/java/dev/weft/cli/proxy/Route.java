package dev.weft.cli.proxy;

/** The settings that a connection begins with, the targets that they name, and the TLS. */
record Route(Settings settings, Targets targets, Tls tls) {}
