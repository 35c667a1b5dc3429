/* Which addresses are public. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

#include "indexer/fetch/address.h"

static bool is_public(const char *text) {
    struct sockaddr_in in4 = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &in4.sin_addr) == 1)
        return address_is_public((const struct sockaddr *)&in4, sizeof in4);
    assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
    return address_is_public((const struct sockaddr *)&in6, sizeof in6);
}

static void assert_public(bool expected, const char *const *addresses) {
    for (; *addresses; addresses++)
        if (is_public(*addresses) != expected)
            fail_msg("%s is %spublic", *addresses, expected ? "not " : "");
}

static void addresses_of_the_internet_are_public(void **state) {
    (void)state;
    const char *const addresses[] = {"1.1.1.1",         "9.255.255.255",
                                     "11.0.0.0",        "100.63.255.255",
                                     "100.128.0.0",     "126.255.255.255",
                                     "128.0.0.0",       "169.253.255.255",
                                     "169.255.0.0",     "172.15.255.255",
                                     "172.32.0.0",      "192.0.1.0",
                                     "192.167.255.255", "192.169.0.0",
                                     "198.17.255.255",  "198.20.0.0",
                                     "223.255.255.255", "2606:4700::1111",
                                     "2001:200::1",     "2a00::1",
                                     "3ffe::1",         NULL};
    assert_public(true, addresses);
}

static void private_and_special_ipv4_is_not(void **state) {
    (void)state;
    const char *const addresses[] = {"0.0.0.0",
                                     "0.1.2.3",
                                     "10.0.0.0",
                                     "10.255.255.255",
                                     "100.64.0.0",
                                     "100.127.255.255",
                                     "127.0.0.1",
                                     "127.255.255.255",
                                     "169.254.169.254",
                                     "172.16.0.0",
                                     "172.31.255.255",
                                     "192.0.0.1",
                                     "192.0.2.1",
                                     "192.168.255.255",
                                     "198.18.0.0",
                                     "198.19.255.255",
                                     "198.51.100.9",
                                     "203.0.113.9",
                                     "224.0.0.1",
                                     "239.255.255.255",
                                     "240.0.0.1",
                                     "255.255.255.255",
                                     NULL};
    assert_public(false, addresses);
}

static void private_and_special_ipv6_is_not(void **state) {
    (void)state;
    const char *const addresses[] = {
        "::",          "::1",     "::7f00:1", "100::1",       "2001::1", "2001:1ff::1",
        "2001:db8::1", "3fff::1", "4000::1",  "5f00::1",      "fc00::1", "fdff::1",
        "fe80::1",     "fec0::1", "ff02::1",  "64:ff9b:1::1", NULL};
    assert_public(false, addresses);
}

static void an_ipv4_address_inside_ipv6_is_judged_by_itself(void **state) {
    (void)state;
    const char *const hidden[] = {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::169.254.169.254",
                                  "2002:7f00:1::",    "2002:a00:1::1",   NULL};
    const char *const open[] = {"::ffff:1.1.1.1", "64:ff9b::1.1.1.1", "2002:101:101::", NULL};
    assert_public(false, hidden);
    assert_public(true, open);
}

static void what_is_no_internet_address_is_not_public(void **state) {
    (void)state;
    struct sockaddr_un local = {.sun_family = AF_UNIX, .sun_path = "/run/x"};
    struct sockaddr_in in4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x01010101)};
    assert_false(address_is_public((const struct sockaddr *)&local, sizeof local));
    assert_false(address_is_public((const struct sockaddr *)&in4, sizeof(sa_family_t)));
}

static void an_address_is_told_without_its_port(void **state) {
    (void)state;
    struct sockaddr_in in4 = {.sin_family = AF_INET, .sin_port = 80};
    struct sockaddr_un local = {.sun_family = AF_UNIX};
    char text[ADDRESS_TEXT_BYTES];
    in4.sin_addr.s_addr = htonl(0x7F000001);
    address_text((const struct sockaddr *)&in4, sizeof in4, text);
    assert_string_equal(text, "127.0.0.1");
    address_text((const struct sockaddr *)&local, sizeof local, text);
    assert_string_equal(text, "?");
}

static void a_host_may_be_private_by_its_spelling(void **state) {
    (void)state;
    assert_true(host_is_private("127.0.0.1"));
    assert_true(host_is_private("[::1]"));
    assert_true(host_is_private("[::ffff:10.0.0.1]"));
    assert_true(host_is_private("[nonsense]"));
    assert_true(host_is_private("localhost"));
    assert_true(host_is_private("a.LocalHost"));
    assert_false(host_is_private("notlocalhost"));
    assert_false(host_is_private("example.org"));
    assert_false(host_is_private("[2606:4700::1111]"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_of_the_internet_are_public),
        cmocka_unit_test(private_and_special_ipv4_is_not),
        cmocka_unit_test(private_and_special_ipv6_is_not),
        cmocka_unit_test(an_ipv4_address_inside_ipv6_is_judged_by_itself),
        cmocka_unit_test(what_is_no_internet_address_is_not_public),
        cmocka_unit_test(an_address_is_told_without_its_port),
        cmocka_unit_test(a_host_may_be_private_by_its_spelling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
