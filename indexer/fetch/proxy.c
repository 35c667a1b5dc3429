/* See proxy.h. */
#include "indexer/fetch/proxy.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The first of two names that is set, or NULL. */
static const char *first_set(const char *name, const char *other) {
    const char *value = getenv(name);
    return value || !other ? value : getenv(other);
}

/* An empty value says that there is no proxy. */
static const char *choose(const char *proxy, const char *otherwise) {
    const char *chosen = proxy ? proxy : otherwise;
    return chosen && *chosen ? chosen : NULL;
}

void proxies_from_environment(struct proxies *proxies) {
    const char *any = first_set("all_proxy", "ALL_PROXY");
    /* HTTP_PROXY is what a web server calls a header "Proxy:" of its visitor. */
    *proxies = (struct proxies){.http = choose(first_set("http_proxy", NULL), any),
                                .https = choose(first_set("https_proxy", "HTTPS_PROXY"), any),
                                .exceptions = first_set("no_proxy", "NO_PROXY")};
}

static bool is_exception(const char *exception, size_t n_bytes, const char *host,
                         size_t host_bytes) {
    if (n_bytes == 1 && exception[0] == '*')
        return true;
    if (n_bytes > 0 && exception[0] == '.') {
        exception++;
        n_bytes--;
    }
    if (n_bytes == 0 || n_bytes > host_bytes ||
        strncasecmp(host + host_bytes - n_bytes, exception, n_bytes) != 0)
        return false;
    return n_bytes == host_bytes || host[host_bytes - n_bytes - 1] == '.';
}

const char *proxy_for(const struct proxies *proxies, const char *host, bool is_https) {
    size_t host_bytes = strlen(host);
    if (host[0] == '[' && host_bytes > 2) {
        host++;
        host_bytes -= 2;
    }
    const char *at = proxies->exceptions ? proxies->exceptions : "";
    while (*at) {
        size_t n_bytes = strcspn(at, ", \t");
        if (is_exception(at, n_bytes, host, host_bytes))
            return NULL;
        at += n_bytes;
        at += strspn(at, ", \t");
    }
    return is_https ? proxies->https : proxies->http;
}
