/* See fetch_outcome.h. */
#include "indexer/fetch/fetch_outcome.h"

const char *fetch_outcome_name(enum fetch_outcome outcome) {
    static const char *const names[N_FETCH_OUTCOMES] = {
        [FETCH_ANSWERED] = "answered",
        [FETCH_UNSUPPORTED_URL] = "unsupported URL",
        [FETCH_BLOCKED_BY_ROBOTS] = "blocked by robots.txt",
        [FETCH_REFUSED_ADDRESS] = "private address",
        [FETCH_NO_SUCH_HOST] = "no such host",
        [FETCH_NO_CONNECTION] = "no connection",
        [FETCH_CONNECT_TIMEOUT] = "connection timed out",
        [FETCH_STALLED] = "stalled",
        [FETCH_TOTAL_TIMEOUT] = "too slow",
        [FETCH_TOO_LARGE] = "too large",
        [FETCH_TOO_MANY_REDIRECTS] = "too many redirects",
        [FETCH_TLS] = "TLS error",
        [FETCH_BROKEN_RESPONSE] = "broken response",
        [FETCH_HOST_GIVEN_UP] = "host given up",
        [FETCH_INTERRUPTED] = "interrupted",
    };
    return (unsigned)outcome < N_FETCH_OUTCOMES ? names[outcome] : "unknown";
}

enum fetch_outcome fetch_outcome_of(const struct fetch_transfer *transfer, CURLcode code) {
    if (transfer->outcome != FETCH_ANSWERED)
        return transfer->outcome;
    switch (code) {
    case CURLE_OK:
        return FETCH_ANSWERED;
    case CURLE_COULDNT_RESOLVE_HOST:
        return FETCH_NO_SUCH_HOST;
    case CURLE_COULDNT_CONNECT:
        return transfer->refused[0] ? FETCH_REFUSED_ADDRESS : FETCH_NO_CONNECTION;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return FETCH_NO_CONNECTION;
    case CURLE_OPERATION_TIMEDOUT:
        return transfer->refused[0] ? FETCH_REFUSED_ADDRESS : FETCH_CONNECT_TIMEOUT;
    case CURLE_FILESIZE_EXCEEDED:
        return FETCH_TOO_LARGE;
    case CURLE_OUT_OF_MEMORY: /* so libcurl calls a header line that is too long for it */
        return transfer->headers_end ? FETCH_BROKEN_RESPONSE : FETCH_TOO_LARGE;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
        return FETCH_TLS;
    default:
        return FETCH_BROKEN_RESPONSE;
    }
}

void fetch_outcome_describe(const struct fetch_transfer *transfer, enum fetch_outcome outcome,
                            CURLcode code, struct error *text) {
    const struct fetch_options *options = &transfer->shared->options;
    const char *host = transfer->job->url.authority;
    const char *curl_text = transfer->curl_text[0] ? transfer->curl_text : curl_easy_strerror(code);
    switch (outcome) {
    case FETCH_REFUSED_ADDRESS:
        error_set(text, STATUS_INPUT, "%s is at the private address %s", host, transfer->refused);
        break;
    case FETCH_NO_SUCH_HOST:
        error_set(text, STATUS_INPUT, "%s has no address", transfer->job->url.host);
        break;
    case FETCH_CONNECT_TIMEOUT:
        error_set(text, STATUS_INPUT, "no connection to %s within %.1f s", host,
                  (double)options->connect_ms / 1000);
        break;
    case FETCH_STALLED:
        error_set(text, STATUS_INPUT, "%s sent nothing for %.1f s", host,
                  (double)options->stall_ms / 1000);
        break;
    case FETCH_TOTAL_TIMEOUT:
        error_set(text, STATUS_INPUT, "not done within %.1f s", (double)options->total_ms / 1000);
        break;
    case FETCH_TOO_LARGE:
        if (transfer->headers_end || code == CURLE_FILESIZE_EXCEEDED)
            error_set(text, STATUS_INPUT, "more than %zu bytes", options->body_max_bytes);
        else
            error_set(text, STATUS_INPUT, "headers of more than %zu bytes",
                      options->header_max_bytes);
        break;
    case FETCH_INTERRUPTED:
        error_set(text, STATUS_INPUT, "interrupted");
        break;
    default:
        error_set(text, STATUS_INPUT, "%s", curl_text);
    }
}
