package dev.weft.cli.proxy;

/** The settings that a connection begins with, and the targets that they name. */
record Route(Settings settings, Targets targets, Wrapping wrapping) {}
