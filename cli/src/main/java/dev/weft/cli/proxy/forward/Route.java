package dev.weft.cli.proxy.forward;

import dev.weft.cli.proxy.settings.Settings;
import dev.weft.cli.proxy.targets.Targets;
import dev.weft.cli.proxy.tls.Tls;

/** The settings that a connection begins with, the targets that they name, and the TLS. */
public record Route(Settings settings, Targets targets, Tls tls) {}
