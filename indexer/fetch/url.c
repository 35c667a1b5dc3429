/* See url.h. libcurl takes URLs apart, so that what is checked here is what it will connect to. */
#include "indexer/fetch/url.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <locale.h>
#include <string.h>
#include <strings.h>

#include "store/buffer.h"

/* Parameters that say how a reader came to the page and never which page it is. A name that ends
 * with '*' stands for all that begin so. Short names that mean something elsewhere ("ref", "cid")
 * are left alone: fetching a page twice is cheaper than taking two for one. */
static const char *const tracking_parameters[] = {
    "utm_*",       "gclid",         "gclsrc",
    "dclid",       "gbraid",        "wbraid",
    "srsltid",     "_ga",           "_gl",
    "fbclid",      "igshid",        "igsh",
    "mc_cid",      "mc_eid",        "msclkid",
    "yclid",       "_openstat",     "twclid",
    "ttclid",      "epik",          "li_fat_id",
    "mkt_tok",     "_hsenc",        "_hsmi",
    "vero_id",     "vero_conv",     "s_cid",
    "rb_clickid",  "wickedid",      "oly_enc_id",
    "oly_anon_id", "hsctatracking", "ml_subscriber*",
};

static bool is_tracking(const char *parameter, size_t n_bytes) {
    const char *equals = memchr(parameter, '=', n_bytes);
    size_t name_bytes = equals ? (size_t)(equals - parameter) : n_bytes;
    for (size_t i = 0; i < sizeof tracking_parameters / sizeof tracking_parameters[0]; i++) {
        const char *known = tracking_parameters[i];
        size_t known_bytes = strlen(known);
        bool is_prefix = known[known_bytes - 1] == '*';
        known_bytes -= is_prefix;
        if ((is_prefix ? name_bytes >= known_bytes : name_bytes == known_bytes) &&
            strncasecmp(parameter, known, known_bytes) == 0)
            return true;
    }
    return false;
}

/* Appends `query` with a leading '?' and without the parameters that only track. */
static void append_query(struct buffer *out, const char *query) {
    char separator = '?';
    while (*query) {
        size_t n_bytes = strcspn(query, "&");
        if (n_bytes > 0 && !is_tracking(query, n_bytes)) {
            buffer_append_char(out, separator);
            buffer_append(out, query, n_bytes);
            separator = '&';
        }
        query += n_bytes;
        query += *query == '&';
    }
}

static bool is_unreserved(int c) {
    return c > 0 && c < 0x80 && (isalnum(c) || strchr("-._~", c));
}

static bool is_reserved(int c) {
    return c > 0 && strchr(":/?#[]@!$&'()*+,;=", c);
}

static int hex_value(char c) {
    return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

/* The byte that "%XX" at `at` stands for, or -1. */
static int escaped_byte(const char *at) {
    if (at[0] != '%' || !isxdigit((unsigned char)at[1]) || !isxdigit((unsigned char)at[2]))
        return -1;
    return hex_value(at[1]) * 16 + hex_value(at[2]);
}

/* Appends a path or query with every byte percent-encoded that may not stand there. `canonical`
 * also makes alike what RFC 3986 says is alike: %7E and ~, %3a and %3A. */
static void append_encoded(struct buffer *out, const char *text, bool canonical) {
    for (;;) {
        size_t n_plain = 0;
        while (is_unreserved((unsigned char)text[n_plain]) ||
               is_reserved((unsigned char)text[n_plain]))
            n_plain++;
        buffer_append(out, text, n_plain);
        text += n_plain;
        if (!*text)
            return;
        int escaped = escaped_byte(text);
        /* An encoded dot is a dot for servers: "%2e%2e" must not get past dot segments. */
        if (escaped == '.' || (escaped >= 0 && canonical && is_unreserved(escaped)))
            buffer_append_char(out, (char)escaped);
        else if (escaped >= 0 && !canonical)
            buffer_append(out, text, 3);
        else
            buffer_append_format(out, "%%%02X",
                                 (unsigned)(escaped >= 0 ? escaped : (unsigned char)*text));
        text += escaped >= 0 ? 3 : 1;
    }
}

/* Appends `path` without "." and ".." segments (RFC 3986 section 5.2.4). */
static void append_without_dots(struct buffer *out, const char *path) {
    size_t start = out->size;
    while (*path == '/') {
        const char *segment = ++path;
        size_t n_bytes = strcspn(path, "/");
        bool is_last = segment[n_bytes] == '\0';
        bool is_dot = n_bytes == 1 && segment[0] == '.';
        bool is_dots = n_bytes == 2 && segment[0] == '.' && segment[1] == '.';
        path += n_bytes;
        if (is_dots) {
            while (out->size > start && out->data[--out->size] != '/')
                ;
        }
        if (is_last || !(is_dot || is_dots))
            buffer_append_char(out, '/');
        if (!(is_dot || is_dots))
            buffer_append(out, segment, n_bytes);
    }
    if (out->size == start)
        buffer_append_char(out, '/');
}

/* The parts of a URL as libcurl sees them; every string is curl_free'd. */
struct parts {
    char *scheme, *host, *port, *path, *query;
};

static void parts_free(struct parts *parts) {
    curl_free(parts->scheme);
    curl_free(parts->host);
    curl_free(parts->port);
    curl_free(parts->path);
    curl_free(parts->query);
}

/* The host in punycode. libcurl says that memory is out also of a name that has none. */
static CURLUcode read_host(CURLU *handle, struct parts *parts) {
    errno = 0;
    CURLUcode code = curl_url_get(handle, CURLUPART_HOST, &parts->host, CURLU_PUNYCODE);
    return code == CURLUE_OUT_OF_MEMORY && errno != ENOMEM ? CURLUE_BAD_HOSTNAME : code;
}

static CURLUcode read_parts(CURLU *handle, const char *base, const char *text,
                            struct parts *parts) {
    const unsigned flags = CURLU_URLENCODE | CURLU_ALLOW_SPACE;
    CURLUcode code = base ? curl_url_set(handle, CURLUPART_URL, base, flags) : CURLUE_OK;
    if (code == CURLUE_OK)
        code = curl_url_set(handle, CURLUPART_URL, text, flags);
    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_SCHEME, &parts->scheme, 0);
    if (code == CURLUE_OK)
        code = read_host(handle, parts);
    if (code == CURLUE_OK)
        code = curl_url_get(handle, CURLUPART_PATH, &parts->path, 0);
    if (code != CURLUE_OK)
        return code;
    code = curl_url_get(handle, CURLUPART_PORT, &parts->port, CURLU_NO_DEFAULT_PORT);
    if (code == CURLUE_OK || code == CURLUE_NO_PORT)
        code = curl_url_get(handle, CURLUPART_QUERY, &parts->query, 0);
    return code == CURLUE_NO_QUERY ? CURLUE_OK : code;
}

/* True for a host that ends like a number and is no address in its usual spelling. libcurl has
 * resolved all others, except before a final dot. */
static bool is_odd_address(const char *host) {
    unsigned char address[4];
    const char *dot = strrchr(host, '.');
    const char *label = dot ? dot + 1 : host;
    bool is_number = label[strspn(label, "0123456789")] == '\0' ||
                     (label[0] == '0' && label[1] == 'x' &&
                      label[2 + strspn(label + 2, "0123456789abcdef")] == '\0');
    return is_number && inet_pton(AF_INET, host, address) != 1;
}

/* The host in lower case without the dot of a fully qualified name; false for what no host is
 * called: libcurl leaves what IDNA does not know as it is, and "%25" becomes '%'. */
static bool clean_host(char *host) {
    const char *others = host[0] == '[' ? "[:.]" : "-._";
    size_t n_bytes = strlen(host);
    if (n_bytes > 0 && host[n_bytes - 1] == '.')
        host[--n_bytes] = '\0';
    if (n_bytes == 0 || host[0] == '.' || host[n_bytes - 1] == '.' || strstr(host, ".."))
        return false;
    for (size_t i = 0; i < n_bytes; i++) {
        int c = tolower((unsigned char)host[i]);
        if (c >= 0x80 || !(isalnum(c) || strchr(others, c)))
            return false;
        host[i] = (char)c;
    }
    return !is_odd_address(host);
}

static void append_target(struct buffer *out, const struct parts *parts, bool canonical) {
    struct buffer path = {0};
    struct buffer query = {0};
    append_encoded(&path, parts->path, canonical);
    append_without_dots(out, buffer_string(&path));
    if (parts->query) {
        append_encoded(&query, parts->query, canonical);
        if (canonical)
            append_query(out, buffer_string(&query));
        else
            buffer_append_format(out, "?%s", buffer_string(&query));
    }
    out->failed |= path.failed || query.failed;
    buffer_free(&path);
    buffer_free(&query);
}

static enum status fill(struct arena *arena, const struct parts *parts, struct url *url,
                        struct error *error) {
    struct buffer text = {0};
    *url = (struct url){.is_https = strcasecmp(parts->scheme, "https") == 0};
    const char *scheme = url->is_https ? "https" : "http";
    url->host = arena_string(arena, parts->host);
    buffer_append_format(&text, "%s%s%s", parts->host, parts->port ? ":" : "",
                         parts->port ? parts->port : "");
    url->authority = arena_string(arena, buffer_string(&text));

    buffer_clear(&text);
    buffer_append_format(&text, "%s://%s", scheme, url->authority ? url->authority : "");
    size_t target = text.size;
    append_target(&text, parts, false);
    url->fetch = arena_string(arena, buffer_string(&text));
    url->target = url->fetch ? url->fetch + target : NULL;

    if (!text.failed)
        text.size = target;
    append_target(&text, parts, true);
    url->normalized = arena_string(arena, buffer_string(&text));
    url->key = url->normalized ? url->normalized + strlen(scheme) + 1 : NULL;
    bool failed = text.failed || !url->host || !url->authority || !url->fetch || !url->normalized;
    buffer_free(&text);
    return failed ? error_no_memory(error) : STATUS_OK;
}

/* False if `text` names a scheme that is not fetched. libcurl would take "javascript:x" for a
 * relative path. */
static bool scheme_is_web(const char *text) {
    size_t n_bytes = 0;
    while (isalnum((unsigned char)text[n_bytes]) || (text[n_bytes] && strchr("+-.", text[n_bytes])))
        n_bytes++;
    if (text[n_bytes] != ':' || n_bytes == 0)
        return true;
    return (n_bytes == 4 && strncasecmp(text, "http", 4) == 0) ||
           (n_bytes == 5 && strncasecmp(text, "https", 5) == 0);
}

/* Nothing but ASCII, and nothing that may be decoded to more. */
static bool is_plain(const char *text) {
    while (*text > 0 && *text != '%')
        text++;
    return *text == '\0';
}

enum status url_parse(struct arena *arena, const char *base, const char *text, struct url *url,
                      struct error *error) {
    *url = (struct url){0};
    if (!scheme_is_web(text))
        return error_set(error, STATUS_INPUT, "not an http or https URL");
    if (strnlen(text, URL_MAX_BYTES + 1) > URL_MAX_BYTES)
        return error_set(error, STATUS_INPUT, "a URL of over %d bytes", URL_MAX_BYTES);

    struct parts parts = {0};
    enum status status = STATUS_OK;
    CURLU *handle = curl_url();
    /* libcurl takes a host name to be in the encoding of the locale, which is C in a cron job. Few
     * have one that matters, and loading a locale takes longer than all the rest. */
    bool may_be_foreign = !is_plain(text) || (base && !is_plain(base));
    locale_t utf8 = may_be_foreign ? newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0) : (locale_t)0;
    locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
    bool is_out = !handle || (may_be_foreign && !utf8 && errno == ENOMEM);
    CURLUcode code = is_out ? CURLUE_OUT_OF_MEMORY : read_parts(handle, base, text, &parts);
    if (utf8) {
        uselocale(before);
        freelocale(utf8);
    }
    if (code == CURLUE_OUT_OF_MEMORY)
        status = error_no_memory(error);
    else if (code == CURLUE_BAD_SCHEME || code == CURLUE_UNSUPPORTED_SCHEME)
        status = error_set(error, STATUS_INPUT, "not an http or https URL");
    else if (code != CURLUE_OK)
        status = error_set(error, STATUS_INPUT, "not a URL: %s", curl_url_strerror(code));
    else if (strcasecmp(parts.scheme, "http") != 0 && strcasecmp(parts.scheme, "https") != 0)
        status = error_set(error, STATUS_INPUT, "not an http or https URL");
    else if (!clean_host(parts.host))
        status = error_set(error, STATUS_INPUT, "not a URL: Bad hostname");
    else
        status = fill(arena, &parts, url, error);
    parts_free(&parts);
    curl_url_cleanup(handle);
    return status;
}
