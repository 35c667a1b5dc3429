/* See address.h. */
#include "indexer/fetch/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct range4 {
    unsigned char start[4];
    unsigned n_bits;
};

static const struct range4 private4[] = {
    {{0, 0, 0, 0}, 8},       /* this network */
    {{10, 0, 0, 0}, 8},      /* private */
    {{100, 64, 0, 0}, 10},   /* carrier-grade NAT */
    {{127, 0, 0, 0}, 8},     /* loopback */
    {{169, 254, 0, 0}, 16},  /* link-local, where clouds keep their credentials */
    {{172, 16, 0, 0}, 12},   /* private */
    {{192, 0, 0, 0}, 24},    /* protocol assignments */
    {{192, 0, 2, 0}, 24},    /* documentation */
    {{192, 88, 99, 0}, 24},  /* 6to4 relays, withdrawn */
    {{192, 168, 0, 0}, 16},  /* private */
    {{198, 18, 0, 0}, 15},   /* benchmarks */
    {{198, 51, 100, 0}, 24}, /* documentation */
    {{203, 0, 113, 0}, 24},  /* documentation */
    {{224, 0, 0, 0}, 4},     /* multicast */
    {{240, 0, 0, 0}, 4},     /* reserved, and broadcast */
};

struct range6 {
    unsigned char start[16];
    unsigned n_bits;
};

/* Inside 2000::/3, which is all that is given out. */
static const struct range6 private6[] = {
    {{0x20, 0x01, 0x00}, 23},       /* 2001::/23, protocols: Teredo, benchmarks, ORCHID */
    {{0x20, 0x01, 0x0D, 0xB8}, 32}, /* 2001:db8::/32, documentation */
    {{0x3F, 0xFF, 0x00}, 20},       /* 3fff::/20, documentation */
};

static const struct range6 global6 = {{0x20}, 3};
static const struct range6 six_to_four = {{0x20, 0x02}, 16};       /* 2002:IPv4::, RFC 3056 */
static const struct range6 mapped = {{[10] = 0xFF, 0xFF}, 96};     /* ::ffff:IPv4 */
static const struct range6 nat64 = {{0x00, 0x64, 0xFF, 0x9B}, 96}; /* 64:ff9b::IPv4, RFC 6052 */

static bool is_in(const unsigned char *address, const unsigned char *start, unsigned n_bits) {
    unsigned n_bytes = n_bits / 8;
    unsigned n_rest = n_bits % 8;
    unsigned mask = 0xFF00U >> n_rest & 0xFF;
    return memcmp(address, start, n_bytes) == 0 &&
           (n_rest == 0 || ((address[n_bytes] ^ start[n_bytes]) & mask) == 0);
}

static bool is_public4(const unsigned char address[4]) {
    for (size_t i = 0; i < sizeof private4 / sizeof private4[0]; i++)
        if (is_in(address, private4[i].start, private4[i].n_bits))
            return false;
    return true;
}

static bool is_public6(const unsigned char address[16]) {
    if (is_in(address, mapped.start, mapped.n_bits) || is_in(address, nat64.start, nat64.n_bits))
        return is_public4(address + 12);
    if (is_in(address, six_to_four.start, six_to_four.n_bits))
        return is_public4(address + 2);
    if (!is_in(address, global6.start, global6.n_bits))
        return false;
    for (size_t i = 0; i < sizeof private6 / sizeof private6[0]; i++)
        if (is_in(address, private6[i].start, private6[i].n_bits))
            return false;
    return true;
}

bool address_is_public(const struct sockaddr *address, size_t n_bytes) {
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
    if (n_bytes >= sizeof in4 && address->sa_family == AF_INET) {
        memcpy(&in4, address, sizeof in4);
        return is_public4((const unsigned char *)&in4.sin_addr);
    }
    if (n_bytes >= sizeof in6 && address->sa_family == AF_INET6) {
        memcpy(&in6, address, sizeof in6);
        return is_public6(in6.sin6_addr.s6_addr);
    }
    return false;
}

void address_text(const struct sockaddr *address, size_t n_bytes, char text[ADDRESS_TEXT_BYTES]) {
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
    const char *written = NULL;
    if (n_bytes >= sizeof in4 && address->sa_family == AF_INET) {
        memcpy(&in4, address, sizeof in4);
        written = inet_ntop(AF_INET, &in4.sin_addr, text, ADDRESS_TEXT_BYTES);
    } else if (n_bytes >= sizeof in6 && address->sa_family == AF_INET6) {
        memcpy(&in6, address, sizeof in6);
        written = inet_ntop(AF_INET6, &in6.sin6_addr, text, ADDRESS_TEXT_BYTES);
    }
    if (!written)
        snprintf(text, ADDRESS_TEXT_BYTES, "?");
}

static bool names_this_machine(const char *host) {
    static const char name[] = "localhost";
    size_t n_bytes = strlen(host);
    size_t n_name = sizeof name - 1;
    return n_bytes >= n_name && strcasecmp(host + n_bytes - n_name, name) == 0 &&
           (n_bytes == n_name || host[n_bytes - n_name - 1] == '.');
}

bool host_is_private(const char *host) {
    unsigned char address[16];
    char plain[ADDRESS_TEXT_BYTES];
    if (inet_pton(AF_INET, host, address) == 1)
        return !is_public4(address);
    size_t n_bytes = strlen(host);
    if (host[0] == '[' && n_bytes > 2 && n_bytes - 2 < sizeof plain) {
        memcpy(plain, host + 1, n_bytes - 2);
        plain[n_bytes - 2] = '\0';
        return inet_pton(AF_INET6, plain, address) != 1 || !is_public6(address);
    }
    return host[0] == '[' || names_this_machine(host);
}
