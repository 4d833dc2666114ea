package dev.weft.http.client;

import dev.weft.http.Headers;

/** The head of a response, copied from the receive buffer. */
record ReceivedHead(int status, String reason, Headers headers) {}
