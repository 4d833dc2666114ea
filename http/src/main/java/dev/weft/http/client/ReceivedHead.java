package dev.weft.http.client;

import dev.weft.http.Headers;

/** What the head of a response said, in objects of its own. */
record ReceivedHead(int status, String reason, Headers headers) {}
